/** French. */
import type { MailTexts } from './mails-texts.ts'

export const fr: MailTexts = {
  locale: 'fr-FR',
  subject: {
    issued: 'Votre certificat : {title}',
    updated: 'Votre certificat corrigé : {title}',
    revoked: 'Votre certificat a été révoqué : {title}',
    link: 'Votre lien : {title}',
  },
  preheader: {
    issued: '{issuer} vous a délivré un certificat. Consultez-le, conservez-le, partagez-le.',
    updated: '{issuer} a corrigé votre certificat. Le lien reste le même.',
    revoked: '{issuer} a révoqué ce certificat. Il n’est plus valable.',
    link: 'Voici le lien demandé vers votre certificat.',
  },
  greeting: 'Bonjour {name},',
  lead: {
    issued: '{issuer} vous a délivré ce certificat :',
    updated: '{issuer} a corrigé votre certificat :',
    revoked: '{issuer} a révoqué ce certificat. Il n’est plus valable :',
    link: 'Voici le lien vers votre certificat :',
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
    link: 'Ouvrir votre certificat',
  },
  orCopy: 'Ou copiez ce lien dans votre navigateur :',
  explanation: {
    issued:
      'Ceci est un certificat numérique. Toute personne à qui vous donnez le lien peut vérifier elle-même qu’il est authentique et toujours valable : sans compte et sans contacter {issuer}.',
    updated:
      'Le lien que vous avez peut-être déjà partagé affiche la version corrigée. Un fichier enregistré auparavant reste reconnu comme authentique, mais remplacé : conservez le nouveau.',
    revoked:
      'Toute personne qui le vérifie verra qu’il a été révoqué, et quand. Si vous pensez qu’il s’agit d’une erreur, contactez {issuer}.',
    link: 'Quelqu’un a demandé ce lien sur la page du certificat. Il est toujours envoyé à cette adresse. Si ce n’était pas vous, vous n’avez rien à faire.',
  },
  file: 'Télécharger le fichier du certificat',
  fileLasts: 'Conservez-le : il porte sa propre preuve.',
  linkedin: 'Ajouter à votre profil LinkedIn',
  testTag: 'TEST',
  testNotice: 'Ceci est un test du bac à sable. Ce n’est pas un vrai certificat et il ne prouve rien.',
  footer: 'Vous recevez ce message car {issuer} détient un certificat à votre nom. Il ne vous suit pas à la trace.',
  questions: 'Des questions ?',
  colon: ' :',
  heading: 'Certificat',
  pictureAlt: 'Image du certificat : {title}, {name}',
  attached: 'Le certificat est joint en PDF. Il porte sa propre preuve : conservez-le.',
  tryTag: 'MESSAGE D’ESSAI',
  tryNotice:
    'Envoyé pour essayer le message d’un modèle, avec des données inventées. Il n’existe pas de certificat de ce genre.',
  mistake: {
    subject: 'Erreur signalée : {title}',
    preheader: 'Quelqu’un vous a écrit depuis la page d’un certificat.',
    lead: 'Quelqu’un a signalé une erreur sur la page de ce certificat :',
    certificate: 'Certificat',
    wrote: 'Message',
    answerTo: 'Répondre à',
    nobody: 'Aucune adresse n’a été laissée.',
    button: 'Ouvrir la page du certificat',
    explanation:
      'Toute personne qui a le lien peut écrire ici, et l’adresse n’a pas été vérifiée. Comparez avec vos propres dossiers avant de corriger ou de révoquer.',
    footer: 'Vous recevez ce message car il concerne un certificat de {issuer}.',
  },
}
