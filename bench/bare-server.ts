/** What the same runtime does at least for one durable row per request: Bun.serve and one insert, nothing else. */
import { Database } from 'bun:sqlite'

const [file = ':memory:'] = process.argv.slice(2)
const db = new Database(file, { create: true })
db.run('pragma journal_mode = WAL')
db.run('pragma synchronous = FULL')
db.run('create table certificates (id text primary key, body text not null) strict')
const insert = db.query('insert into certificates values (?, ?)')

const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: async (request) => {
    const id = crypto.randomUUID()
    insert.run(id, await request.text())
    return Response.json({ id }, { status: 201 })
  },
})
console.log(String(server.url))
