declare module '*.sql' {
  const text: string
  export default text
}
declare module '*.md' {
  const text: string
  export default text
}
declare module '*.wasm' {
  /** Where the file is: on the disk, or inside the binary. */
  const path: string
  export default path
}
/** Set by scripts/build.ts; absent in development. */
declare const TESTAMUR_VERSION: string | undefined
