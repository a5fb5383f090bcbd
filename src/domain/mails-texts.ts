/** The words of the mails to recipients, per language. Same keys everywhere (the type and a test see to it). */

export type MailKind = 'issued' | 'updated' | 'revoked'

/** {title}, {issuer} and {name} are filled in. Every text is plain; the layout escapes it. */
export interface MailTexts {
  /** For <html lang> and dates. */
  locale: string
  subject: Record<MailKind, string>
  /** What the inbox shows after the subject. */
  preheader: Record<MailKind, string>
  greeting: string
  lead: Record<MailKind, string>
  awardedTo: string
  issuedBy: string
  issuedOn: string
  validUntil: string
  reason: string
  button: Record<MailKind, string>
  orCopy: string
  /** What this is and how anybody can check it; what a correction or a revocation means. */
  explanation: Record<MailKind, string>
  file: string
  /** Why to keep the file. */
  fileLasts: string
  linkedin: string
  testTag: string
  testNotice: string
  footer: string
  questions: string
  /** Between a label and what it names. */
  colon: string
}

const en: MailTexts = {
  locale: 'en-GB',
  subject: {
    issued: 'Your certificate: {title}',
    updated: 'Your corrected certificate: {title}',
    revoked: 'Your certificate has been revoked: {title}',
  },
  preheader: {
    issued: '{issuer} has issued a certificate to you. View it, keep it, share it.',
    updated: '{issuer} has corrected your certificate. The link stays the same.',
    revoked: '{issuer} has revoked this certificate. It is no longer valid.',
  },
  greeting: 'Dear {name},',
  lead: {
    issued: '{issuer} has issued this certificate to you:',
    updated: '{issuer} has corrected your certificate:',
    revoked: '{issuer} has revoked this certificate. It is no longer valid:',
  },
  awardedTo: 'Awarded to',
  issuedBy: 'Issued by',
  issuedOn: 'Issued on',
  validUntil: 'Valid until',
  reason: 'Reason',
  button: {
    issued: 'View your certificate',
    updated: 'View your certificate',
    revoked: 'View the certificate’s page',
  },
  orCopy: 'Or copy this link into your browser:',
  explanation: {
    issued:
      'This is a digital certificate. Anyone you give the link to can check for themselves that it is genuine and still valid: no account, no call to {issuer}.',
    updated:
      'The link you may have shared already shows the corrected version. A file saved earlier is still recognised as genuine, but as replaced: please keep the new one.',
    revoked:
      'Anyone who checks it will see that it was revoked, and when. If you believe this is a mistake, please contact {issuer}.',
  },
  file: 'Download the certificate file',
  fileLasts: 'Keep it: it carries its own proof.',
  linkedin: 'Add to your LinkedIn profile',
  testTag: 'TEST',
  testNotice: 'This is a test from the sandbox. It is not a real certificate and proves nothing.',
  footer: 'You receive this mail because {issuer} has a certificate in your name. It does not track you.',
  questions: 'Questions?',
  colon: ':',
}

const sv: MailTexts = {
  locale: 'sv-SE',
  subject: {
    issued: 'Ditt intyg: {title}',
    updated: 'Ditt rättade intyg: {title}',
    revoked: 'Ditt intyg har återkallats: {title}',
  },
  preheader: {
    issued: '{issuer} har utfärdat ett intyg till dig. Se det, spara det, dela det.',
    updated: '{issuer} har rättat ditt intyg. Länken är densamma.',
    revoked: '{issuer} har återkallat det här intyget. Det gäller inte längre.',
  },
  greeting: 'Hej {name}!',
  lead: {
    issued: '{issuer} har utfärdat det här intyget till dig:',
    updated: '{issuer} har rättat ditt intyg:',
    revoked: '{issuer} har återkallat det här intyget. Det gäller inte längre:',
  },
  awardedTo: 'Tilldelat',
  issuedBy: 'Utfärdat av',
  issuedOn: 'Utfärdat den',
  validUntil: 'Giltigt till och med',
  reason: 'Skäl',
  button: { issued: 'Visa ditt intyg', updated: 'Visa ditt intyg', revoked: 'Visa intygets sida' },
  orCopy: 'Eller kopiera länken till din webbläsare:',
  explanation: {
    issued:
      'Det här är ett digitalt intyg. Alla som får länken kan själva kontrollera att det är äkta och fortfarande gäller: utan konto och utan att fråga {issuer}.',
    updated:
      'Länken som du kanske redan har delat visar den rättade versionen. En fil som sparats tidigare känns fortfarande igen som äkta, men som ersatt: spara gärna den nya.',
    revoked:
      'Den som kontrollerar intyget ser att det har återkallats, och när. Om du tror att det är ett misstag, kontakta {issuer}.',
  },
  file: 'Ladda ner intygsfilen',
  fileLasts: 'Spara den: den bär sitt eget bevis.',
  linkedin: 'Lägg till i din LinkedIn-profil',
  testTag: 'TEST',
  testNotice: 'Det här är ett test från sandlådan. Det är inget riktigt intyg och bevisar ingenting.',
  footer: 'Du får det här mejlet för att {issuer} har ett intyg i ditt namn. Det spårar dig inte.',
  questions: 'Frågor?',
  colon: ':',
}

const de: MailTexts = {
  locale: 'de-DE',
  subject: {
    issued: 'Ihr Zertifikat: {title}',
    updated: 'Ihr berichtigtes Zertifikat: {title}',
    revoked: 'Ihr Zertifikat wurde widerrufen: {title}',
  },
  preheader: {
    issued: '{issuer} hat Ihnen ein Zertifikat ausgestellt. Ansehen, aufbewahren, teilen.',
    updated: '{issuer} hat Ihr Zertifikat berichtigt. Der Link bleibt derselbe.',
    revoked: '{issuer} hat dieses Zertifikat widerrufen. Es gilt nicht mehr.',
  },
  greeting: 'Guten Tag {name},',
  lead: {
    issued: '{issuer} hat Ihnen dieses Zertifikat ausgestellt:',
    updated: '{issuer} hat Ihr Zertifikat berichtigt:',
    revoked: '{issuer} hat dieses Zertifikat widerrufen. Es gilt nicht mehr:',
  },
  awardedTo: 'Verliehen an',
  issuedBy: 'Ausgestellt von',
  issuedOn: 'Ausgestellt am',
  validUntil: 'Gültig bis',
  reason: 'Grund',
  button: {
    issued: 'Zertifikat ansehen',
    updated: 'Zertifikat ansehen',
    revoked: 'Seite des Zertifikats ansehen',
  },
  orCopy: 'Oder kopieren Sie diesen Link in Ihren Browser:',
  explanation: {
    issued:
      'Dies ist ein digitales Zertifikat. Jede Person, der Sie den Link geben, kann selbst prüfen, dass es echt ist und noch gilt: ohne Konto und ohne Rückfrage bei {issuer}.',
    updated:
      'Ein bereits geteilter Link zeigt die berichtigte Fassung. Eine früher gespeicherte Datei wird weiterhin als echt erkannt, aber als ersetzt: Bitte bewahren Sie die neue auf.',
    revoked:
      'Wer es prüft, sieht, dass und wann es widerrufen wurde. Wenn Sie das für einen Irrtum halten, wenden Sie sich bitte an {issuer}.',
  },
  file: 'Zertifikatsdatei herunterladen',
  fileLasts: 'Bewahren Sie sie auf: Sie trägt ihren eigenen Nachweis in sich.',
  linkedin: 'Ins LinkedIn-Profil aufnehmen',
  testTag: 'TEST',
  testNotice: 'Dies ist ein Test aus der Sandbox. Es ist kein echtes Zertifikat und beweist nichts.',
  footer: 'Sie erhalten diese Mail, weil {issuer} ein Zertifikat auf Ihren Namen führt. Sie verfolgt Sie nicht.',
  questions: 'Fragen?',
  colon: ':',
}

const fr: MailTexts = {
  locale: 'fr-FR',
  subject: {
    issued: 'Votre certificat : {title}',
    updated: 'Votre certificat corrigé : {title}',
    revoked: 'Votre certificat a été révoqué : {title}',
  },
  preheader: {
    issued: '{issuer} vous a délivré un certificat. Consultez-le, conservez-le, partagez-le.',
    updated: '{issuer} a corrigé votre certificat. Le lien reste le même.',
    revoked: '{issuer} a révoqué ce certificat. Il n’est plus valable.',
  },
  greeting: 'Bonjour {name},',
  lead: {
    issued: '{issuer} vous a délivré ce certificat :',
    updated: '{issuer} a corrigé votre certificat :',
    revoked: '{issuer} a révoqué ce certificat. Il n’est plus valable :',
  },
  awardedTo: 'Décerné à',
  issuedBy: 'Délivré par',
  issuedOn: 'Délivré le',
  validUntil: 'Valable jusqu’au',
  reason: 'Motif',
  button: {
    issued: 'Voir votre certificat',
    updated: 'Voir votre certificat',
    revoked: 'Voir la page du certificat',
  },
  orCopy: 'Ou copiez ce lien dans votre navigateur :',
  explanation: {
    issued:
      'Ceci est un certificat numérique. Toute personne à qui vous donnez le lien peut vérifier elle-même qu’il est authentique et toujours valable : sans compte et sans contacter {issuer}.',
    updated:
      'Le lien que vous avez peut-être déjà partagé affiche la version corrigée. Un fichier enregistré auparavant reste reconnu comme authentique, mais remplacé : conservez le nouveau.',
    revoked:
      'Toute personne qui le vérifie verra qu’il a été révoqué, et quand. Si vous pensez qu’il s’agit d’une erreur, contactez {issuer}.',
  },
  file: 'Télécharger le fichier du certificat',
  fileLasts: 'Conservez-le : il porte sa propre preuve.',
  linkedin: 'Ajouter à votre profil LinkedIn',
  testTag: 'TEST',
  testNotice: 'Ceci est un test du bac à sable. Ce n’est pas un vrai certificat et il ne prouve rien.',
  footer: 'Vous recevez ce message car {issuer} détient un certificat à votre nom. Il ne vous suit pas à la trace.',
  questions: 'Des questions ?',
  colon: ' :',
}

const es: MailTexts = {
  locale: 'es-ES',
  subject: {
    issued: 'Su certificado: {title}',
    updated: 'Su certificado corregido: {title}',
    revoked: 'Su certificado ha sido revocado: {title}',
  },
  preheader: {
    issued: '{issuer} le ha expedido un certificado. Véalo, guárdelo, compártalo.',
    updated: '{issuer} ha corregido su certificado. El enlace sigue siendo el mismo.',
    revoked: '{issuer} ha revocado este certificado. Ya no es válido.',
  },
  greeting: 'Hola, {name}:',
  lead: {
    issued: '{issuer} le ha expedido este certificado:',
    updated: '{issuer} ha corregido su certificado:',
    revoked: '{issuer} ha revocado este certificado. Ya no es válido:',
  },
  awardedTo: 'Otorgado a',
  issuedBy: 'Expedido por',
  issuedOn: 'Expedido el',
  validUntil: 'Válido hasta el',
  reason: 'Motivo',
  button: {
    issued: 'Ver su certificado',
    updated: 'Ver su certificado',
    revoked: 'Ver la página del certificado',
  },
  orCopy: 'O copie este enlace en su navegador:',
  explanation: {
    issued:
      'Este es un certificado digital. Cualquier persona a quien dé el enlace puede comprobar por sí misma que es auténtico y sigue siendo válido: sin cuenta y sin preguntar a {issuer}.',
    updated:
      'El enlace que quizá ya haya compartido muestra la versión corregida. Un archivo guardado antes se sigue reconociendo como auténtico, pero sustituido: conserve el nuevo.',
    revoked:
      'Quien lo compruebe verá que fue revocado, y cuándo. Si cree que se trata de un error, póngase en contacto con {issuer}.',
  },
  file: 'Descargar el archivo del certificado',
  fileLasts: 'Guárdelo: lleva su propia prueba.',
  linkedin: 'Añadir a su perfil de LinkedIn',
  testTag: 'PRUEBA',
  testNotice: 'Esto es una prueba del entorno de pruebas. No es un certificado real y no demuestra nada.',
  footer: 'Recibe este mensaje porque {issuer} tiene un certificado a su nombre. No contiene rastreo.',
  questions: '¿Preguntas?',
  colon: ':',
}

export const MAIL_TEXTS = { en, sv, de, fr, es }
export type MailLanguage = keyof typeof MAIL_TEXTS

/** The words for a BCP 47 tag by its primary language; English where we have none. */
export function mailTexts(language: string): MailTexts {
  const primary = language.toLowerCase().split(/[-_]/)[0]!
  return Object.hasOwn(MAIL_TEXTS, primary) ? MAIL_TEXTS[primary as MailLanguage] : en
}
