/** Writes under load until it is killed. Each line it prints was acknowledged: `<certificate id> <sequence number>`. */
import { writeSync } from 'node:fs'
import { diskStore, issueCommit } from '../kit/store.ts'

const [dir, defect] = process.argv.slice(2)
const store = await diskStore(dir!)
const tell = (id: string, number: number) => writeSync(1, `${id} ${number}\n`)

async function client(): Promise<never> {
  for (;;) {
    const number = await store.sequences.next('bits')
    const commit = issueCommit({
      key: `key-${number}`,
      version: { statusIndex: number },
      credential: { credential: 'x'.repeat(1500) },
    })
    if (defect === 'tell-first') tell(commit.id, number)
    await store.commit(commit)
    if (defect !== 'tell-first') tell(commit.id, number)
  }
}
await Promise.all(Array.from({ length: 16 }, client))
