/** English. */
import type { MailTexts } from './mails-texts.ts'

export const en: MailTexts = {
  locale: 'en-GB',
  subject: {
    issued: 'Your certificate: {title}',
    updated: 'Your corrected certificate: {title}',
    revoked: 'Your certificate has been revoked: {title}',
    link: 'Your link: {title}',
  },
  preheader: {
    issued: '{issuer} has issued a certificate to you. View it, keep it, share it.',
    updated: '{issuer} has corrected your certificate. The link stays the same.',
    revoked: '{issuer} has revoked this certificate. It is no longer valid.',
    link: 'Here is the link to your certificate that was asked for.',
  },
  greeting: 'Dear {name},',
  lead: {
    issued: '{issuer} has issued this certificate to you:',
    updated: '{issuer} has corrected your certificate:',
    revoked: '{issuer} has revoked this certificate. It is no longer valid:',
    link: 'Here is the link to your certificate:',
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
    link: 'Open your certificate',
  },
  orCopy: 'Or copy this link into your browser:',
  explanation: {
    issued:
      'This is a digital certificate. Anyone you give the link to can check for themselves that it is genuine and still valid: no account, no call to {issuer}.',
    updated:
      'The link you may have shared already shows the corrected version. A file saved earlier is still recognised as genuine, but as replaced: please keep the new one.',
    revoked:
      'Anyone who checks it will see that it was revoked, and when. If you believe this is a mistake, please contact {issuer}.',
    link: 'Somebody asked on the page of this certificate for its link. It always comes to this address. If it was not you, there is nothing to do.',
  },
  file: 'Download the certificate file',
  fileLasts: 'Keep it: it carries its own proof.',
  linkedin: 'Add to your LinkedIn profile',
  testTag: 'TEST',
  testNotice: 'This is a test from the sandbox. It is not a real certificate and proves nothing.',
  footer: 'You receive this mail because {issuer} has a certificate in your name. It does not track you.',
  questions: 'Questions?',
  colon: ':',
  heading: 'Certificate',
  pictureAlt: 'Picture of the certificate: {title}, {name}',
  attached: 'The certificate is attached as a PDF. It carries its own proof: keep it.',
  tryTag: 'TEST MAIL',
  tryNotice: 'Sent to try the mail of a template, with invented data. There is no such certificate.',
  mistake: {
    subject: 'Mistake reported: {title}',
    preheader: 'Somebody wrote to you from the page of a certificate.',
    lead: 'Somebody reported a mistake on the page of this certificate:',
    certificate: 'Certificate',
    wrote: 'What they wrote',
    answerTo: 'Answer to',
    nobody: 'They left no address.',
    button: 'Open the certificate’s page',
    explanation:
      'Anybody who has the link can write here, and the address was not checked. Compare with your own records before you correct or revoke.',
    footer: 'You receive this mail because it is about a certificate of {issuer}.',
  },
}
