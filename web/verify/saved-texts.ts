/** Texts of verify.html, beside those of the verdict. English is the table that all others must match key by key. */
import type { CheckCode } from '../../src/domain/verdict.ts'

const en = {
  languageName: 'English',
  language: 'Language',
  title: 'Verify a certificate',
  intro:
    'This file checks certificates by itself, also from your disk and without the issuer’s website. The certificate is not sent anywhere; only fingerprints are looked up, at the addresses below.',
  drop: 'Drop the certificate here',
  choose: 'or choose a file',
  fileHint: 'The .json file or the PDF of the certificate',
  pasteTitle: 'Paste its text instead',
  pasteLabel: 'Text of the credential file',
  pasteHint: 'All of it, from the first brace to the last',
  nodesTitle: 'Where to look it up',
  nodesLabel: 'Addresses of blockchain nodes (JSON-RPC), one per line',
  nodesHint: 'Any node will do; which chain it serves is found out. Of several for one chain, all must say the same.',
  trustTitle: 'Whom to believe',
  trustLabel: 'Issuers that you know',
  trustHint:
    'Their identifier (did:key:… or did:web:…), a key of it (did:web:…#z6Mk…) or the address of their registry (eip155:137:0x…). A did:web is asked for its keys at its domain.',
  trustUnclear: '“{typed}” is neither an identifier nor the address of a registry.',
  vouches: '{host} vouches for:',
  rootsTitle: 'If its blockchain is gone',
  rootsLabel: 'roots.json of the issuer',
  rootsHint:
    'The issuer’s signed list of where else its records stand. It is at the issuer’s website under /roots.json.',
  savedFrom: 'Saved from {host} on {date}. What it knows of that issuer is of that day.',
  savedNowhere: 'This copy comes from no issuer’s website: say yourself whom to believe.',
  save: 'Save this checker as a file',
}
export type SavedWord = keyof typeof en
type SavedChecks = Partial<Record<CheckCode, string>>
interface SavedTexts {
  texts: Record<SavedWord, string>
  checks: SavedChecks
}

const sv: Record<SavedWord, string> = {
  languageName: 'Svenska',
  language: 'Språk',
  title: 'Kontrollera ett certifikat',
  intro:
    'Den här filen kontrollerar certifikat på egen hand, även från din disk och utan utfärdarens webbplats. Certifikatet skickas ingenstans; bara fingeravtryck slås upp, på adresserna nedan.',
  drop: 'Släpp certifikatet här',
  choose: 'eller välj en fil',
  fileHint: 'Certifikatets .json-fil eller PDF',
  pasteTitle: 'Klistra in texten i stället',
  pasteLabel: 'Certifikatfilens text',
  pasteHint: 'Hela, från första klammern till sista',
  nodesTitle: 'Var det slås upp',
  nodesLabel: 'Adresser till blockkedjenoder (JSON-RPC), en per rad',
  nodesHint:
    'Vilken nod som helst duger; vilken kedja den hör till tas reda på. Flera för samma kedja måste säga detsamma.',
  trustTitle: 'Vem du litar på',
  trustLabel: 'Utfärdare som du känner',
  trustHint:
    'Deras identifierare (did:key:… eller did:web:…), en nyckel till den (did:web:…#z6Mk…) eller adressen till deras register (eip155:137:0x…). En did:web tillfrågas om sina nycklar på sin domän.',
  trustUnclear: '”{typed}” är varken en identifierare eller adressen till ett register.',
  vouches: '{host} går i god för:',
  rootsTitle: 'Om blockkedjan är borta',
  rootsLabel: 'Utfärdarens roots.json',
  rootsHint:
    'Utfärdarens signerade lista över var posterna också finns. Den ligger på utfärdarens webbplats under /roots.json.',
  savedFrom: 'Sparad från {host} den {date}. Det den vet om utfärdaren är från den dagen.',
  savedNowhere: 'Den här kopian kommer inte från någon utfärdares webbplats: säg själv vem du litar på.',
  save: 'Spara kontrollen som en fil',
}
const de: Record<SavedWord, string> = {
  languageName: 'Deutsch',
  language: 'Sprache',
  title: 'Ein Zertifikat prüfen',
  intro:
    'Diese Datei prüft Zertifikate von selbst, auch von Ihrer Festplatte und ohne die Website des Ausstellers. Das Zertifikat wird nirgendwohin gesendet; nur Fingerabdrücke werden nachgeschlagen, bei den Adressen unten.',
  drop: 'Das Zertifikat hier ablegen',
  choose: 'oder eine Datei wählen',
  fileHint: 'Die .json-Datei oder das PDF des Zertifikats',
  pasteTitle: 'Stattdessen den Text einfügen',
  pasteLabel: 'Text der Zertifikatsdatei',
  pasteHint: 'Ganz, von der ersten Klammer bis zur letzten',
  nodesTitle: 'Wo nachgeschlagen wird',
  nodesLabel: 'Adressen von Blockchain-Knoten (JSON-RPC), eine pro Zeile',
  nodesHint:
    'Jeder Knoten ist recht; zu welcher Kette er gehört, wird festgestellt. Mehrere einer Kette müssen dasselbe sagen.',
  trustTitle: 'Wem geglaubt wird',
  trustLabel: 'Aussteller, die Sie kennen',
  trustHint:
    'Ihre Kennung (did:key:… oder did:web:…), ein Schlüssel davon (did:web:…#z6Mk…) oder die Adresse ihres Registers (eip155:137:0x…). Eine did:web wird bei ihrer Domain nach ihren Schlüsseln gefragt.',
  trustUnclear: '„{typed}“ ist weder eine Kennung noch die Adresse eines Registers.',
  vouches: '{host} bürgt für:',
  rootsTitle: 'Wenn es die Blockchain nicht mehr gibt',
  rootsLabel: 'roots.json des Ausstellers',
  rootsHint:
    'Die signierte Liste des Ausstellers, wo seine Einträge noch stehen. Sie liegt auf seiner Website unter /roots.json.',
  savedFrom: 'Gespeichert von {host} am {date}. Was sie über diesen Aussteller weiß, ist von diesem Tag.',
  savedNowhere: 'Diese Kopie stammt von keiner Website eines Ausstellers: Sagen Sie selbst, wem geglaubt wird.',
  save: 'Diese Prüfung als Datei speichern',
}
const fr: Record<SavedWord, string> = {
  languageName: 'Français',
  language: 'Langue',
  title: 'Vérifier un certificat',
  intro:
    'Ce fichier vérifie les certificats par lui-même, aussi depuis votre disque et sans le site de l’émetteur. Le certificat n’est envoyé nulle part ; seules des empreintes sont recherchées, aux adresses ci-dessous.',
  drop: 'Déposez ici le certificat',
  choose: 'ou choisissez un fichier',
  fileHint: 'Le fichier .json ou le PDF du certificat',
  pasteTitle: 'Coller plutôt son texte',
  pasteLabel: 'Texte du fichier',
  pasteHint: 'En entier, de la première accolade à la dernière',
  nodesTitle: 'Où le rechercher',
  nodesLabel: 'Adresses de nœuds de blockchain (JSON-RPC), une par ligne',
  nodesHint:
    'Tout nœud convient ; sa chaîne est reconnue. Plusieurs nœuds d’une même chaîne doivent dire la même chose.',
  trustTitle: 'Qui croire',
  trustLabel: 'Émetteurs que vous connaissez',
  trustHint:
    'Leur identifiant (did:key:… ou did:web:…), une de ses clés (did:web:…#z6Mk…) ou l’adresse de leur registre (eip155:137:0x…). Les clés d’un did:web sont demandées à son domaine.',
  trustUnclear: '« {typed} » n’est ni un identifiant ni l’adresse d’un registre.',
  vouches: '{host} se porte garant de :',
  rootsTitle: 'Si sa blockchain n’existe plus',
  rootsLabel: 'roots.json de l’émetteur',
  rootsHint:
    'La liste signée des autres endroits où se trouvent ses inscriptions. Elle est sur le site de l’émetteur, sous /roots.json.',
  savedFrom: 'Enregistré depuis {host} le {date}. Ce qu’il sait de cet émetteur date de ce jour.',
  savedNowhere: 'Cette copie ne vient du site d’aucun émetteur : dites vous-même qui croire.',
  save: 'Enregistrer ce vérificateur dans un fichier',
}
const es: Record<SavedWord, string> = {
  languageName: 'Español',
  language: 'Idioma',
  title: 'Verificar un certificado',
  intro:
    'Este archivo verifica certificados por sí mismo, también desde su disco y sin el sitio del emisor. El certificado no se envía a ninguna parte; solo se consultan huellas, en las direcciones de abajo.',
  drop: 'Suelte aquí el certificado',
  choose: 'o elija un archivo',
  fileHint: 'El archivo .json o el PDF del certificado',
  pasteTitle: 'Pegar su texto',
  pasteLabel: 'Texto del archivo',
  pasteHint: 'Entero, de la primera llave a la última',
  nodesTitle: 'Dónde consultarlo',
  nodesLabel: 'Direcciones de nodos de blockchain (JSON-RPC), una por línea',
  nodesHint: 'Sirve cualquier nodo; se averigua de qué cadena es. Varios de una misma cadena deben decir lo mismo.',
  trustTitle: 'A quién creer',
  trustLabel: 'Emisores que usted conoce',
  trustHint:
    'Su identificador (did:key:… o did:web:…), una clave suya (did:web:…#z6Mk…) o la dirección de su registro (eip155:137:0x…). Las claves de un did:web se piden a su dominio.',
  trustUnclear: '«{typed}» no es ni un identificador ni la dirección de un registro.',
  vouches: '{host} responde por:',
  rootsTitle: 'Si su blockchain ya no existe',
  rootsLabel: 'roots.json del emisor',
  rootsHint: 'La lista firmada de dónde más están sus registros. Está en el sitio del emisor, en /roots.json.',
  savedFrom: 'Guardado de {host} el {date}. Lo que sabe de ese emisor es de ese día.',
  savedNowhere: 'Esta copia no viene del sitio de ningún emisor: diga usted a quién creer.',
  save: 'Guardar este verificador en un archivo',
}

/** Where the pages say "this website", which a file is not. */
const checks: Record<string, SavedChecks> = {
  en: {
    registry_of_issuer: 'The registry is known as this issuer’s.',
    registry_not_of_issuer: 'The issuer is known here, but not this registry.',
    issuer_not_known: 'The issuer is not known here. If you know it, write it under “Whom to believe”.',
  },
  sv: {
    registry_of_issuer: 'Registret är känt som utfärdarens.',
    registry_not_of_issuer: 'Utfärdaren är känd här, men inte detta register.',
    issuer_not_known: 'Utfärdaren är inte känd här. Om du känner den, skriv den under ”Vem du litar på”.',
  },
  de: {
    registry_of_issuer: 'Das Register ist als das des Ausstellers bekannt.',
    registry_not_of_issuer: 'Der Aussteller ist hier bekannt, aber nicht dieses Register.',
    issuer_not_known:
      'Der Aussteller ist hier nicht bekannt. Wenn Sie ihn kennen, nennen Sie ihn unter „Wem geglaubt wird“.',
  },
  fr: {
    registry_of_issuer: 'Le registre est connu comme celui de l’émetteur.',
    registry_not_of_issuer: 'L’émetteur est connu ici, mais pas ce registre.',
    issuer_not_known: 'L’émetteur n’est pas connu ici. Si vous le connaissez, indiquez-le sous « Qui croire ».',
  },
  es: {
    registry_of_issuer: 'El registro es conocido como el del emisor.',
    registry_not_of_issuer: 'El emisor es conocido aquí, pero no este registro.',
    issuer_not_known: 'El emisor no es conocido aquí. Si usted lo conoce, escríbalo en «A quién creer».',
  },
}

export const savedTexts: Record<string, SavedTexts> = Object.fromEntries(
  Object.entries({ en, sv, de, fr, es }).map(([tag, texts]) => [tag, { texts, checks: checks[tag]! }]),
)
export const SAVED_LANGUAGES = Object.keys(savedTexts)

export interface SavedWords {
  language: string
  say: (key: SavedWord, values?: Record<string, string>) => string
  checks: SavedChecks
  /** YYYY-MM-DD → a day in words. */
  date: (day: string) => string
}

/** The texts in this language; English where there are none. */
export function savedWords(language: string): SavedWords {
  const known = Object.hasOwn(savedTexts, language) ? language : 'en'
  const { texts, checks } = savedTexts[known]!
  const days = new Intl.DateTimeFormat(known === 'en' ? 'en-GB' : known, { dateStyle: 'long', timeZone: 'UTC' })
  return {
    language: known,
    say: (key, values = {}) => texts[key].replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole),
    checks,
    date: (day) => (Number.isNaN(Date.parse(day)) ? day : days.format(new Date(day))),
  }
}
