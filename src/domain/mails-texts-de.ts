/** German. */
import type { MailTexts } from './mails-texts.ts'

export const de: MailTexts = {
  locale: 'de-DE',
  subject: {
    issued: 'Ihr Zertifikat: {title}',
    updated: 'Ihr berichtigtes Zertifikat: {title}',
    revoked: 'Ihr Zertifikat wurde widerrufen: {title}',
    link: 'Ihr Link: {title}',
  },
  preheader: {
    issued: '{issuer} hat Ihnen ein Zertifikat ausgestellt. Ansehen, aufbewahren, teilen.',
    updated: '{issuer} hat Ihr Zertifikat berichtigt. Der Link bleibt derselbe.',
    revoked: '{issuer} hat dieses Zertifikat widerrufen. Es gilt nicht mehr.',
    link: 'Hier ist der angeforderte Link zu Ihrem Zertifikat.',
  },
  greeting: 'Guten Tag {name},',
  lead: {
    issued: '{issuer} hat Ihnen dieses Zertifikat ausgestellt:',
    updated: '{issuer} hat Ihr Zertifikat berichtigt:',
    revoked: '{issuer} hat dieses Zertifikat widerrufen. Es gilt nicht mehr:',
    link: 'Hier ist der Link zu Ihrem Zertifikat:',
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
    link: 'Zertifikat öffnen',
  },
  orCopy: 'Oder kopieren Sie diesen Link in Ihren Browser:',
  explanation: {
    issued:
      'Dies ist ein digitales Zertifikat. Jede Person, der Sie den Link geben, kann selbst prüfen, dass es echt ist und noch gilt: ohne Konto und ohne Rückfrage bei {issuer}.',
    updated:
      'Ein bereits geteilter Link zeigt die berichtigte Fassung. Eine früher gespeicherte Datei wird weiterhin als echt erkannt, aber als ersetzt: Bitte bewahren Sie die neue auf.',
    revoked:
      'Wer es prüft, sieht, dass und wann es widerrufen wurde. Wenn Sie das für einen Irrtum halten, wenden Sie sich bitte an {issuer}.',
    link: 'Jemand hat auf der Seite dieses Zertifikats um den Link gebeten. Er geht immer an diese Adresse. Wenn Sie es nicht waren, müssen Sie nichts tun.',
  },
  file: 'Zertifikatsdatei herunterladen',
  fileLasts: 'Bewahren Sie sie auf: Sie trägt ihren eigenen Nachweis in sich.',
  linkedin: 'Ins LinkedIn-Profil aufnehmen',
  testTag: 'TEST',
  testNotice: 'Dies ist ein Test aus der Sandbox. Es ist kein echtes Zertifikat und beweist nichts.',
  footer: 'Sie erhalten diese Mail, weil {issuer} ein Zertifikat auf Ihren Namen führt. Sie verfolgt Sie nicht.',
  questions: 'Fragen?',
  colon: ':',
  heading: 'Zertifikat',
  pictureAlt: 'Bild des Zertifikats: {title}, {name}',
  attached: 'Das Zertifikat liegt als PDF bei. Es trägt seinen eigenen Nachweis in sich: Bewahren Sie es auf.',
  tryTag: 'TESTMAIL',
  tryNotice:
    'Gesendet, um die Mail einer Vorlage auszuprobieren, mit erfundenen Angaben. Ein solches Zertifikat gibt es nicht.',
  mistake: {
    subject: 'Fehler gemeldet: {title}',
    preheader: 'Jemand hat Ihnen von der Seite eines Zertifikats geschrieben.',
    lead: 'Jemand hat auf der Seite dieses Zertifikats einen Fehler gemeldet:',
    certificate: 'Zertifikat',
    wrote: 'Nachricht',
    answerTo: 'Antwort an',
    nobody: 'Es wurde keine Adresse angegeben.',
    button: 'Seite des Zertifikats öffnen',
    explanation:
      'Wer den Link hat, kann hier schreiben, und die Adresse wurde nicht geprüft. Vergleichen Sie mit Ihren eigenen Unterlagen, bevor Sie berichtigen oder widerrufen.',
    footer: 'Sie erhalten diese Mail, weil sie ein Zertifikat von {issuer} betrifft.',
  },
}
