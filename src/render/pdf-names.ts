/** What the signed file is called in a PDF, and its kind. */
export const CREDENTIAL_FILE = 'credential.json'
export const CREDENTIAL_TYPE = 'application/vc+json'
