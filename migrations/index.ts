/** All migrations in order, embedded in the program. Migration n is the n-th; released ones never change (released.json). */
import init from './0001_init.sql' with { type: 'text' }

export const migrations: Array<{ name: string; sql: string }> = [{ name: '0001_init', sql: init }]
