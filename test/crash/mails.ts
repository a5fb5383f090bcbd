/** The relay: takes every mail, with a moment before it says so, in which the sender may be killed. */
import { pause } from '../kit/binary.ts'
import { cleanUp, startServer } from '../mail/relay-server.ts'
import type { Records } from './inspect.ts'

export interface MailSink {
  /** More of the configuration file: this relay. */
  config: string
  /** Address → Message-ID of each delivery. */
  delivered: Map<string, string[]>
  close(): Promise<void>
}

export async function startMailSink(random: () => number): Promise<MailSink> {
  const delivered = new Map<string, string[]>()
  const { port } = await startServer({
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const [, id = ''] = /^Message-ID: (\S+)/im.exec(Buffer.concat(chunks).toString('latin1')) ?? []
        for (const { address } of session.envelope.rcptTo)
          delivered.set(address, [...(delivered.get(address) ?? []), id])
        void pause(random() * 10).then(() => done(null, '2.0.0 Ok'))
      })
    },
  })
  const config = `[mail]\nhost = "127.0.0.1"\nport = ${port}\nsecurity = "none"\nfrom = "Registrar <registrar@example.org>"\n`
  return { config, delivered, close: cleanUp }
}

/** Each certificate was mailed, to its recipient, under one Message-ID; the sandbox mailed nobody. */
export function mailFaults(records: Records, { delivered }: MailSink): { faults: string[]; duplicateMails: number } {
  const rows = records.all<{ id: string; partition: string; address: string }>(
    `select c.id, c.partition, v.recipient_email as address
      from certificates c join certificate_versions v on v.certificate_id = c.id and v.version = 1`,
  )
  const faults: string[] = []
  let duplicateMails = 0
  for (const { id, partition, address } of rows) {
    const ids = delivered.get(address) ?? []
    if (partition === 'test' && ids.length > 0) faults.push(`sandbox mail was sent: ${id}`)
    if (partition === 'live' && ids.length === 0) faults.push(`no mail: ${id} (${address})`)
    if (new Set(ids).size > 1) faults.push(`mail of ${id} went out under ${new Set(ids).size} Message-IDs`)
    duplicateMails += Math.max(0, ids.length - 1)
  }
  return { faults, duplicateMails }
}
