/** The record on the chain in plain words, its technical facts, and the versions of the certificate. */
import { networkOfChain } from '../../domain/networks.ts'
import type { FurtherRecord, PublicCertificate } from '../../domain/public-certificate.ts'
import { html, safeUrl, type HtmlValue, type SafeHtml } from './html.ts'
import { fact, isolated, sentence } from './page-layout.ts'
import type { Words } from './page-texts.ts'

/** As a sentence names it. */
export const networkName = ({ chain }: PublicCertificate, words: Words) =>
  chain.embedded ? words.say('ownChain') : chain.title

/** The embedded chain is called what it is: the issuer's own records, no outside witness. */
export function recordSection(view: PublicCertificate, words: Words): SafeHtml {
  const { chain } = view
  const values = {
    issuer: isolated(view.issuer.name),
    network: networkName(view, words),
    time: chain.blockTime === null ? '' : words.time(chain.blockTime),
    block: chain.blockNumber === null ? '' : words.number(chain.blockNumber),
  }
  const recorded = chain.confirmed && chain.blockTime !== null
  const key = !recorded ? 'chainPending' : chain.embedded ? 'chainEmbedded' : 'chainPublic'
  const testnet = !chain.embedded && networkOfChain(chain.chainId)?.testnet
  return html`<section class="record" aria-labelledby="record-heading">
    <h2 id="record-heading">${words.say('chainHeading')}</h2>
    <p>${sentence(words.say(key), values)}${testnet ? html` ${words.say('chainTestnet')}` : null}</p>
    ${explorerLink(view.chain, words)} ${view.chain.also.map((record) => furtherRecord(record, words))}
    <details>
      <summary>${words.say('chainFacts')}</summary>
      <dl class="technical">
        ${fact(words.say('network'), chain.title)} ${fact(words.say('chainId'), chain.chainId)}
        ${fact(words.say('recordedAt'), recorded ? values.time : null)} ${fact(words.say('block'), chain.blockNumber)}
        ${hexFact(words.say('transaction'), chain.transactionHash)} ${hexFact(words.say('registry'), chain.registry)}
        ${chain.also.map((record) => hexFact(words.say('alsoOn', { network: record.title }), record.registry))}
        ${hexFact(words.say('root'), chain.root)} ${hexFact(words.say('issuerDid'), view.issuer.did)}
      </dl>
    </details>
  </section>`
}

const hexFact = (label: string, value: string | null) => fact(label, value ? html`<code>${value}</code>` : null)

type Recorded = Pick<FurtherRecord, 'title' | 'explorerUrl' | 'transactionHash'>
function explorerLink({ explorerUrl, transactionHash, title }: Recorded, words: Words): HtmlValue {
  const address = safeUrl(explorerUrl)
  if (!address || !transactionHash) return null
  return html`<p>
    <a href="${address}" rel="nofollow noopener noreferrer">${words.say('lookUp', { network: title })}</a>
  </p>`
}

/** A place where the same root was anchored again. */
function furtherRecord(record: FurtherRecord, words: Words): SafeHtml {
  const network = record.embedded ? words.say('ownChain') : record.title
  const time = record.blockTime === null ? '' : words.time(record.blockTime)
  return html`<div class="also">
    <p>
      ${record.blockTime === null ? words.say('alsoOn', { network }) : sentence(words.say('chainAlso'), { network, time })}
    </p>
    ${explorerLink(record, words)}
  </div>`
}

/** Nothing for a certificate that was never corrected. */
export function versionsSection(view: PublicCertificate, words: Words): SafeHtml | null {
  if (view.versions.length < 2) return null
  return html`<section class="versions" aria-labelledby="versions-heading">
    <h2 id="versions-heading">${words.say('versionsHeading')}</h2>
    <p>${words.say('versionsText', { version: view.version })}</p>
    <ul>
      ${view.versions.map(({ version, createdAt, replacedAt }) => {
        const values = {
          version,
          created: words.date(createdAt),
          replaced: replacedAt === null ? '' : words.date(replacedAt),
        }
        return html`<li>${words.say(replacedAt === null ? 'versionCurrent' : 'versionReplaced', values)}</li>`
      })}
    </ul>
  </section>`
}
