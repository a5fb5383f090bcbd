/** The one-time set-up link that a first start prints: it makes the administrator's key and shows it once. */
import { checkSetup, redeemSetup } from '../../actions/setup.ts'
import { AppError } from '../../domain/errors.ts'
import { html } from '../public/html.ts'
import { languageOf, messageAnswer, notFoundAnswer, pageAnswer, pageAssets } from '../public/answers.ts'
import { rosette } from '../public/ornament.ts'
import { page } from '../public/page-layout.ts'
import { wordsIn } from '../public/page-texts.ts'
import { commonRoute, type Answer, type Call } from '../route.ts'

const TAG = 'Pages'
const TOKEN = /^[0-9a-f]{64}$/
/** The address holds a secret: it goes into no cache and no Referer. */
const PRIVATE = { 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' }
const answers = {
  200: { description: 'The page.', type: 'text/html' },
  404: { description: 'No such link.', type: 'text/html' },
  410: { description: 'The link was used or has expired.', type: 'text/html' },
}

const show = commonRoute({
  method: 'GET',
  path: '/admin/setup/:token',
  only: { token: TOKEN },
  tag: TAG,
  summary: 'Set-up page of the first administrator',
  description: 'Looking at it does not use the link up.',
  answers,
  handle: (call) =>
    orRefused(call, async () => {
      await checkSetup(call.context, call.params.token!)
      return setupPage(
        call,
        html`<p>
            This makes the administrator's API key of this appliance. It may do everything: make templates and other
            keys, issue, correct and revoke.
          </p>
          <p>The key is shown once, and this link then stops working. Have a password manager at hand.</p>
          <form method="post" action="/admin/setup/${call.params.token!}">
            <p class="actions-line"><button class="button" type="submit">Make the key</button></p>
          </form>`,
      )
    }),
})

const redeem = commonRoute({
  method: 'POST',
  path: '/admin/setup/:token',
  only: { token: TOKEN },
  tag: TAG,
  summary: 'Make the administrator’s key',
  answers,
  handle: (call) =>
    orRefused(call, async () => {
      const { key } = await redeemSetup(call.context, call.params.token!)
      const { publicUrl } = call.context.appliance
      return setupPage(
        call,
        html`<p>Your administrator's key, shown only now:</p>
          <p class="secret"><code>${key}</code></p>
          <p>Send it with each request: <code>Authorization: Bearer ${key.slice(0, 8)}…</code></p>
          <p class="actions-line"><a class="button" href="${publicUrl}/docs">Read the documentation</a></p>`,
      )
    }),
})

function setupPage({ context, request }: Call, content: ReturnType<typeof html>): Answer {
  const words = wordsIn(languageOf(request))
  const title = 'Become the administrator'
  const main = html`<article class="sheet plain">
    ${rosette('setup', 'underprint')}
    <h1>${title}</h1>
    ${content}
  </article>`
  return pageAnswer(page({ words, assets: pageAssets(context), title, main, scripted: false }), PRIVATE)
}

async function orRefused(call: Call, answer: () => Promise<Answer>): Promise<Answer> {
  try {
    return await answer()
  } catch (error) {
    if (!(error instanceof AppError) || (error.status !== 404 && error.status !== 410)) throw error
    if (error.status === 404) return notFoundAnswer(call.context, call.request)
    return { ...messageAnswer(call.context, call.request, 'This link is used up', error.message), status: 410 }
  }
}

export const setupRoutes = [show, redeem]
