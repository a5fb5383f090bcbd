declare module '*.sql' {
  const text: string
  export default text
}
declare module '*.md' {
  const text: string
  export default text
}
/** Set by scripts/build.ts; absent in development. */
declare const TESTAMUR_VERSION: string | undefined
