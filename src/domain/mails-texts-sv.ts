/** Swedish. */
import type { MailTexts } from './mails-texts.ts'

export const sv: MailTexts = {
  locale: 'sv-SE',
  subject: {
    issued: 'Ditt intyg: {title}',
    updated: 'Ditt rättade intyg: {title}',
    revoked: 'Ditt intyg har återkallats: {title}',
    link: 'Din länk: {title}',
  },
  preheader: {
    issued: '{issuer} har utfärdat ett intyg till dig. Se det, spara det, dela det.',
    updated: '{issuer} har rättat ditt intyg. Länken är densamma.',
    revoked: '{issuer} har återkallat det här intyget. Det gäller inte längre.',
    link: 'Här är länken till ditt intyg som någon bad om.',
  },
  greeting: 'Hej {name}!',
  lead: {
    issued: '{issuer} har utfärdat det här intyget till dig:',
    updated: '{issuer} har rättat ditt intyg:',
    revoked: '{issuer} har återkallat det här intyget. Det gäller inte längre:',
    link: 'Här är länken till ditt intyg:',
  },
  awardedTo: 'Tilldelat',
  issuedBy: 'Utfärdat av',
  issuedOn: 'Utfärdat den',
  validUntil: 'Giltigt till och med',
  reason: 'Skäl',
  button: {
    issued: 'Visa ditt intyg',
    updated: 'Visa ditt intyg',
    revoked: 'Visa intygets sida',
    link: 'Öppna ditt intyg',
  },
  orCopy: 'Eller kopiera länken till din webbläsare:',
  explanation: {
    issued:
      'Det här är ett digitalt intyg. Alla som får länken kan själva kontrollera att det är äkta och fortfarande gäller: utan konto och utan att fråga {issuer}.',
    updated:
      'Länken som du kanske redan har delat visar den rättade versionen. En fil som sparats tidigare känns fortfarande igen som äkta, men som ersatt: spara gärna den nya.',
    revoked:
      'Den som kontrollerar intyget ser att det har återkallats, och när. Om du tror att det är ett misstag, kontakta {issuer}.',
    link: 'Någon bad på intygets sida om länken. Den skickas alltid till den här adressen. Om det inte var du behöver du inte göra något.',
  },
  file: 'Ladda ner intygsfilen',
  fileLasts: 'Spara den: den bär sitt eget bevis.',
  linkedin: 'Lägg till i din LinkedIn-profil',
  testTag: 'TEST',
  testNotice: 'Det här är ett test från sandlådan. Det är inget riktigt intyg och bevisar ingenting.',
  footer: 'Du får det här mejlet för att {issuer} har ett intyg i ditt namn. Det spårar dig inte.',
  questions: 'Frågor?',
  colon: ':',
  heading: 'Intyg',
  pictureAlt: 'Bild av intyget: {title}, {name}',
  attached: 'Intyget är bifogat som PDF. Den bär sitt eget bevis: spara den.',
  tryTag: 'PROVMEJL',
  tryNotice: 'Skickat för att prova mejlet i en mall, med påhittade uppgifter. Något sådant intyg finns inte.',
  mistake: {
    subject: 'Anmält fel: {title}',
    preheader: 'Någon har skrivit till er från sidan för ett intyg.',
    lead: 'Någon har anmält ett fel på sidan för det här intyget:',
    certificate: 'Intyg',
    wrote: 'Meddelande',
    answerTo: 'Svara till',
    nobody: 'Ingen adress angavs.',
    button: 'Öppna intygets sida',
    explanation:
      'Alla som har länken kan skriva här, och adressen har inte kontrollerats. Jämför med era egna uppgifter innan ni rättar eller återkallar.',
    footer: 'Ni får det här mejlet för att det gäller ett intyg från {issuer}.',
  },
}
