/** Folders of packages that the lock file wants and npm's note of what it installed does not have. */
export function missingPackages(lockText: string, installedText: string | undefined): string[]
/** Does node_modules of this folder hold what its package-lock.json says? */
export function isInstalled(folder: string): boolean
