/** One key of the configuration, as the tables of config-keys.ts are made of them. */
import type { Kind } from './config-kinds.ts'

export type TomlValue = string | number | boolean | string[]

export interface Key<Value = unknown> {
  kind: Kind<Value>
  /** As TOML writes it. undefined: the value stays open and is filled in afterwards (networks). */
  default: TomlValue | undefined
  /** Never printed; also accepted as `<key>_file`. */
  secret: boolean
  /** The file it names must be there when the program starts. */
  mustExist: boolean
  /** The paragraph of the manual. */
  text: string
  /** Shown in the manual where there is no default. */
  sample?: TomlValue
}

export type Extras = Partial<Pick<Key, 'secret' | 'mustExist' | 'sample'>>
export const key = <Value>(kind: Kind<Value>, preset: TomlValue, text: string, extras: Extras = {}): Key<Value> => ({
  kind,
  default: preset,
  secret: false,
  mustExist: false,
  text,
  ...extras,
})
/** A key whose default is not one value: the network's own, or none. */
export const open = <Value>(kind: Kind<Value>, text: string, extras: Extras = {}): Key<Value | undefined> => ({
  ...key<Value | undefined>(kind, '', text, extras),
  default: undefined,
})

export const SECRET: Extras = { secret: true }
