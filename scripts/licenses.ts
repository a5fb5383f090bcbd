/**
 * Collects the licence texts of everything that goes into the binary: `bun scripts/licenses.ts` writes src/cli/licenses.txt.
 * test/cli/licenses.test.ts fails when that file is not what package-lock.json says.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs'

interface Locked {
  version: string
  license?: string
  dev?: boolean
}
export interface Dependency {
  name: string
  version: string
  license: string
  folder: string
}

export const NOTICES = 'src/cli/licenses.txt'

/** Production packages of the lock file, by name and version; types vanish when the program is built. */
export function productionDependencies(lock: string): Dependency[] {
  const { packages } = JSON.parse(lock) as { packages: Record<string, Locked> }
  const found = Object.entries(packages)
    .filter(([folder, { dev }]) => folder !== '' && !dev)
    .map(([folder, { version, license = 'not stated' }]) => {
      const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length)
      return { name, version, license, folder }
    })
    .filter(({ name }) => !name.startsWith('@types/') && name !== 'undici-types')
  return found.sort((left, right) => (label(left) < label(right) ? -1 : 1))
}

export const label = ({ name, version }: Dependency) => `${name} ${version}`

/** Where the source of a package is, without the decorations of package.json. */
function sourceOf(folder: string): string {
  const { repository } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as {
    repository?: string | { url?: string }
  }
  const url = (typeof repository === 'string' ? repository : repository?.url) ?? ''
  return url
    .replace(/^git\+/, '')
    .replace(/^git:\/\//, 'https://')
    .replace(/^ssh:\/\/git@/, 'https://')
    .replace(/^git@([^:]+):/, 'https://$1/')
    .replace(/^github:/, 'https://github.com/')
    .replace(/^([\w-]+\/[\w.-]+)$/, 'https://github.com/$1')
    .replace(/\.git(#.*)?$/, '')
}

/** A package of fonts: what goes into the binary is under the font licence alone. */
const isFonts = ({ license }: Dependency) => /\bOFL-1\.1\b/.test(license)
const FONT_LICENCE = 'LICENSE_FONT'
const FONT_TERMS = 'This Font Software is licensed under the SIL Open Font License'

/** Whose fonts they are: what stands before the terms, which are the same for all. */
function fontHolder({ name, folder }: Dependency): string {
  const [holder, terms] = readFileSync(`${folder}/${FONT_LICENCE}`, 'utf8').split(FONT_TERMS)
  if (!holder?.trim() || !terms) throw new Error(`${name} has no font licence as expected in ${FONT_LICENCE}`)
  return holder.trim()
}

/** The terms, without differences of line ends and of the licence's address. */
function fontTerms({ folder }: Dependency): string {
  const text = readFileSync(`${folder}/${FONT_LICENCE}`, 'utf8').replace(/\r\n/g, '\n')
  return text
    .slice(text.indexOf(FONT_TERMS))
    .replace(/https?:\/\/(scripts\.sil\.org\/OFL|openfontlicense\.org)\/?/g, 'https://openfontlicense.org')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n+(This license is copied.*at:)\s+(\S+)/, '\n$1\n$2')
    .replace(/\n{2,}/g, '\n\n')
    .trim()
}

function textOf(dependency: Dependency): string {
  const { name, folder, license } = dependency
  if (isFonts(dependency)) return fontTerms(dependency)
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry))
  if (file) return readFileSync(`${folder}/${file}`, 'utf8').replace(/\r\n/g, '\n').trim()
  // Some packages name their licence but forget the text: the author and the standard text stand in for it.
  const { author } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as {
    author?: string | { name?: string }
  }
  const holder =
    (typeof author === 'string' ? author.replace(/\s*[<(].*$/, '') : author?.name) ?? `the authors of ${name}`
  if (license === 'MIT') return `Copyright (c) ${holder}\n\n${MIT}`
  if (license === 'MPL-2.0') return `Copyright (c) ${holder}. Mozilla Public License 2.0, text below.`
  throw new Error(`${name} has no licence text and says "${license}"`)
}

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.`

const RULE = '-'.repeat(80)

/** The whole file. Equal texts are printed once, below the names of all packages that carry them. */
export function notices(dependencies: Dependency[], bunVersion: string): string {
  const groups = new Map<string, Dependency[]>()
  for (const dependency of dependencies) {
    const text = textOf(dependency)
    groups.set(text, [...(groups.get(text) ?? []), dependency])
  }
  const parts = [...groups].map(([text, members]) => {
    const heads = members.map((one) => {
      const source = sourceOf(one.folder)
      const offer = one.license.startsWith('MPL')
        ? ` (unchanged; source code of this version: ${source})`
        : ` (${source})`
      if (isFonts(one)) return `${label(one)} · OFL-1.1${source === '' ? '' : offer}\n  ${fontHolder(one)}`
      return `${label(one)} · ${one.license}${source === '' ? '' : offer}`
    })
    return [RULE, ...heads, '', text, ''].join('\n')
  })
  return [
    'Testamur is licensed under the Apache License, Version 2.0:',
    'https://www.apache.org/licenses/LICENSE-2.0',
    '',
    'It contains the works below, under their own licences. Packages under the Mozilla',
    'Public License 2.0 are used unchanged; their source code is where each entry says.',
    '',
    RULE,
    `Bun ${bunVersion} · MIT (https://github.com/oven-sh/bun)`,
    '',
    'The runtime inside the binary. It links JavaScriptCore and parts of WebKit under the',
    'LGPL-2 (source and how to relink: https://github.com/oven-sh/webkit), BoringSSL,',
    'SQLite and others; all are listed at https://bun.com/docs/project/license',
    '',
    ...parts,
  ].join('\n')
}

if (import.meta.main) {
  const lock = readFileSync('package-lock.json', 'utf8')
  const dependencies = productionDependencies(lock)
  const missing = dependencies.filter(({ folder }) => !existsSync(folder))
  if (missing.length > 0) throw new Error(`not installed: ${missing.map(label).join(', ')}; run npm ci`)
  await Bun.write(NOTICES, notices(dependencies, Bun.version))
  console.log(`${NOTICES}: ${dependencies.length} packages`)
}
