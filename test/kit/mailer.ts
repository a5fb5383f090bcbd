/** A relay that remembers: takes every mail the real one would take, or fails as the test says. */
import { readyMessage } from '../../src/domain/mails-message.ts'
import { type Mailer, type MailMessage, MailUnavailable } from '../../src/domain/ports.ts'

export class FakeMailer implements Mailer {
  configured = false
  readonly sent: Array<Required<MailMessage>> = []
  failure: Error | undefined

  async send(message: MailMessage) {
    if (!this.configured) throw new MailUnavailable('No relay is configured: [mail] host is empty.')
    const ready = readyMessage(message)
    if (this.failure) throw this.failure
    this.sent.push(ready)
    return { response: '250 taken' }
  }
}
