/** Spanish. */
import type { MailTexts } from './mails-texts.ts'

export const es: MailTexts = {
  locale: 'es-ES',
  subject: {
    issued: 'Su certificado: {title}',
    updated: 'Su certificado corregido: {title}',
    revoked: 'Su certificado ha sido revocado: {title}',
    link: 'Su enlace: {title}',
  },
  preheader: {
    issued: '{issuer} le ha expedido un certificado. Véalo, guárdelo, compártalo.',
    updated: '{issuer} ha corregido su certificado. El enlace sigue siendo el mismo.',
    revoked: '{issuer} ha revocado este certificado. Ya no es válido.',
    link: 'Aquí tiene el enlace a su certificado que se ha pedido.',
  },
  greeting: 'Hola, {name}:',
  lead: {
    issued: '{issuer} le ha expedido este certificado:',
    updated: '{issuer} ha corregido su certificado:',
    revoked: '{issuer} ha revocado este certificado. Ya no es válido:',
    link: 'Aquí tiene el enlace a su certificado:',
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
    link: 'Abrir su certificado',
  },
  orCopy: 'O copie este enlace en su navegador:',
  explanation: {
    issued:
      'Este es un certificado digital. Cualquier persona a quien dé el enlace puede comprobar por sí misma que es auténtico y sigue siendo válido: sin cuenta y sin preguntar a {issuer}.',
    updated:
      'El enlace que quizá ya haya compartido muestra la versión corregida. Un archivo guardado antes se sigue reconociendo como auténtico, pero sustituido: conserve el nuevo.',
    revoked:
      'Quien lo compruebe verá que fue revocado, y cuándo. Si cree que se trata de un error, póngase en contacto con {issuer}.',
    link: 'Alguien ha pedido este enlace en la página del certificado. Siempre se envía a esta dirección. Si no ha sido usted, no tiene que hacer nada.',
  },
  file: 'Descargar el archivo del certificado',
  fileLasts: 'Guárdelo: lleva su propia prueba.',
  linkedin: 'Añadir a su perfil de LinkedIn',
  testTag: 'PRUEBA',
  testNotice: 'Esto es una prueba del entorno de pruebas. No es un certificado real y no demuestra nada.',
  footer: 'Recibe este mensaje porque {issuer} tiene un certificado a su nombre. No contiene rastreo.',
  questions: '¿Preguntas?',
  colon: ':',
  heading: 'Certificado',
  pictureAlt: 'Imagen del certificado: {title}, {name}',
  attached: 'El certificado va adjunto en PDF. Lleva su propia prueba: guárdelo.',
  tryTag: 'MENSAJE DE PRUEBA',
  tryNotice: 'Enviado para probar el mensaje de una plantilla, con datos inventados. No existe tal certificado.',
  mistake: {
    subject: 'Error notificado: {title}',
    preheader: 'Alguien le ha escrito desde la página de un certificado.',
    lead: 'Alguien ha notificado un error en la página de este certificado:',
    certificate: 'Certificado',
    wrote: 'Mensaje',
    answerTo: 'Responder a',
    nobody: 'No se dejó ninguna dirección.',
    button: 'Abrir la página del certificado',
    explanation:
      'Cualquiera que tenga el enlace puede escribir aquí, y la dirección no se ha comprobado. Compare con sus propios registros antes de corregir o revocar.',
    footer: 'Recibe este mensaje porque trata de un certificado de {issuer}.',
  },
}
