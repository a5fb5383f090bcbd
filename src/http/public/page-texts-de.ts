import type { PageTexts } from './page-texts-en.ts'

export const de: PageTexts = {
  documentTitle: '{recipient} – {title}',
  documentDescription: 'Zertifikat, ausgestellt von {issuer} am {date}.',
  skipToCheck: 'Zur Prüfung springen',
  languages: 'Sprache dieser Seite',

  awardedTo: 'Dieses Zertifikat wird verliehen an',
  awardedFor: 'für',
  issuedOn: 'Ausgestellt',
  completedOn: 'Abgeschlossen',
  validUntil: 'Gültig bis',
  expiredOn: 'Abgelaufen',
  licenseNumber: 'Nummer',
  issuedBy: 'Ausgestellt von',
  details: 'Auf diesem Zertifikat',
  criteria: 'Was dafür nötig war',
  yes: 'Ja',
  no: 'Nein',

  standingIssued: 'Ausgestellt und eingetragen',
  standingPending: 'Signiert, noch nicht eingetragen',
  standingExpired: 'Abgelaufen am {date}',
  standingRevoked: 'Widerrufen am {date}',
  standingFailed: 'Nicht ausgestellt',
  standingErased: 'Gelöscht',
  notCheckedByBrowser:
    'So hat es der Server verzeichnet. Ihr Browser hat es nicht geprüft: Dafür braucht er JavaScript.',

  sandboxTitle: 'Testumgebung – kein echtes Zertifikat',
  sandboxText: 'Es entstand zum Ausprobieren. Niemand hat damit etwas erworben.',
  sandboxMark: 'TEST',
  revokedMark: 'WIDERRUFEN',
  revokedTitle: 'Dieses Zertifikat wurde am {date} widerrufen',
  revokedReason: 'Von {issuer} angegebener Grund: {reason}',
  revokedNoReason: '{issuer} hat öffentlich keinen Grund angegeben.',
  revokedPending:
    '{issuer} hat es am {date} widerrufen; der Eintrag auf {network} wird gerade geschrieben. Bis er dort steht, zeigt eine Prüfung allein gegen die Blockchain den Widerruf nicht.',
  expiredTitle: 'Dieses Zertifikat ist am {date} abgelaufen',
  expiredText: 'Es ist echt, aber nicht mehr gültig.',
  pendingTitle: 'Signiert, wartet auf die Blockchain',
  pendingText:
    '{issuer} hat dieses Zertifikat signiert. Sein Fingerabdruck wird gerade auf {network} eingetragen; erst danach ist es endgültig. Öffnen Sie diese Seite in einigen Minuten noch einmal.',
  failedTitle: 'Dieses Zertifikat wurde nicht ausgestellt',
  failedText:
    'Das Eintragen ist nicht gelungen. Bitte fragen Sie {issuer}; es kann unter derselben Adresse erneut ausgestellt werden.',
  erasedTitle: 'Die personenbezogenen Daten dieses Zertifikats wurden gelöscht',
  erasedText:
    'Name und Inhalt werden hier nicht mehr aufbewahrt. Wer die Datei behalten hat, kann sie weiterhin prüfen lassen.',

  checkHeading: 'Prüfung',
  checkIntro:
    'Ihr Browser prüft dieses Zertifikat selbst, anhand der Datei und der Blockchain. Wer sich auch auf diese Seite nicht verlassen will, kann die heruntergeladene Datei anderswo prüfen.',
  chainHeading: 'Der Eintrag',
  chainPublic:
    'Am {time} wurde ein Fingerabdruck dieses Zertifikats auf {network} eingetragen, in Block {block}. Jeder kann ihn dort nachschlagen, ohne {issuer} zu fragen. Der Eintrag enthält weder Namen noch personenbezogene Daten.',
  chainTestnet: 'Dies ist ein Testnetz. Seine Einträge können verschwinden.',
  chainAlso:
    'Am {time} wurde derselbe Fingerabdruck auch auf {network} eingetragen, damit er auch dort nachgeschlagen werden kann.',
  chainEmbedded:
    'Am {time} wurde ein Fingerabdruck dieses Zertifikats auf der eigenen Blockchain dieses Ausstellers eingetragen. Sie läuft bei {issuer} selbst: Sie zeigt, dass die Aufzeichnungen zusammenpassen, beweist aber nichts über das Wort dieses Ausstellers hinaus.',
  chainPending:
    'Noch kein Eintrag auf {network}. Der Fingerabdruck wird dort eingetragen; er enthält weder Namen noch personenbezogene Daten.',
  ownChain: 'der eigenen Blockchain des Ausstellers',
  chainKept: 'Ein Fingerabdruck ohne personenbezogene Daten bleibt auf {network}.',
  chainFacts: 'Technische Angaben zum Eintrag',
  network: 'Netzwerk',
  chainId: 'Chain-ID',
  block: 'Block',
  recordedAt: 'Eingetragen',
  transaction: 'Transaktion',
  registry: 'Vertrag des Registers',
  root: 'Merkle-Wurzel',
  issuerDid: 'Kennung des Ausstellers',
  lookUp: 'Transaktion auf {network} ansehen',
  alsoOn: 'Auch auf {network}',

  versionsHeading: 'Fassungen',
  versionsText: 'Dies ist Fassung {version}. Eine ältere Datei ist ebenfalls echt, wurde aber ersetzt.',
  versionReplaced: 'Fassung {version} vom {created}, ersetzt am {replaced}',
  versionCurrent: 'Fassung {version} vom {created}, hier gezeigt',

  takeHeading: 'Aufbewahren und teilen',
  download: 'Datei herunterladen',
  downloadHint: 'Die signierte Datei. Sie lässt sich überall prüfen, auch ohne diese Website.',
  linkedin: 'Zu LinkedIn hinzufügen',
  share: 'Teilen',
  copy: 'Link kopieren',
  copied: 'Link kopiert',
  print: 'Drucken',
  qr: 'QR-Code mit der Adresse dieser Seite',
  qrCaption: 'Zum Prüfen scannen',
  otherFile: 'Ein anderes Zertifikat prüfen',
  contact: 'Fragen? {issuer}',

  notFoundTitle: 'Unter dieser Adresse gibt es kein Zertifikat',
  notFoundText: 'Vielleicht ging unterwegs ein Buchstabe verloren. Sie können:',
  notFoundLink:
    'den Link noch einmal aus der E-Mail, dem QR-Code oder dem Profil öffnen, aus dem er kam, bis zum letzten Buchstaben;',
  notFoundAsk: 'die Person, die Ihnen das Zertifikat zeigte, um die Datei bitten; sie lässt sich ohne Adresse prüfen;',
  notFoundVerify: 'eine Datei prüfen oder eine andere Nummer eingeben.',
  home: 'Ein Zertifikat prüfen',

  verifyTitle: 'Ein Zertifikat prüfen',
  verifyIntro:
    'Ihr Browser prüft die Datei selbst, auf Ihrem Gerät. Die Datei wird nirgendwohin gesendet; nur Fingerabdrücke werden auf der Blockchain nachgeschlagen, und die Website des Ausstellers kann nach ihrem Schlüssel gefragt werden.',
  verifyDrop: 'Datei des Zertifikats hier ablegen',
  verifyChoose: 'oder eine Datei wählen',
  verifyFileHint: 'Die .json-Datei des Zertifikats',
  verifyOr: 'Keine Datei zur Hand?',
  verifyIdLabel: 'Nummer oder Link des Zertifikats',
  verifyIdHint: 'Beginnt mit cert_',
  verifyOpen: 'Öffnen',
  verifyNode: 'Einen eigenen Blockchain-Knoten fragen',
  verifyNodeLabel: 'Adresse eines JSON-RPC-Knotens',
  verifyNodeHint: 'https://… – statt der Knoten, die diese Website kennt',
  verifySave: 'Diese Prüfung speichern',
  verifySaveHint: 'Eine einzige Datei, die Zertifikate ohne diese Website prüft, auch von Ihrer Festplatte.',
  verifyNoScript:
    'Zum Prüfen braucht Ihr Browser JavaScript, denn er tut es selbst. Ein Link oder eine Nummer lässt sich auch ohne öffnen.',
}
