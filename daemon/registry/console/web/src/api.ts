// Requests to the registry. Every failure is a Problem (RFC 9457) with a sentence in both languages. A session that has
// ended interrupts nothing: the request waits until somebody has signed in again, and is then made once more.
export interface FieldError { pointer: string; code: string; detail: string }

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly key: string,
    readonly zh: string,
    readonly en: string,
    readonly detail = '',
    readonly errors: FieldError[] = [],
    readonly wait = 0 // seconds until it is worth another try
  ) {
    super(en)
  }
}

export interface Page<T> { items: T[]; next: string | null }

interface Sending {
  body?: unknown // as JSON, but for a Blob
  key?: string // Idempotency-Key
  version?: number // If-Match
  open?: boolean // needs no session
  signal?: AbortSignal
}

/** Set by session.ts: shows the way in, and resolves when somebody is signed in. */
let signInAgain: () => Promise<void> = () => new Promise(() => {})
export const whenSessionIsLost = (how: () => Promise<void>) => (signInAgain = how)

const silent = () =>
  new Problem(0, 'silent', '登记中心没有回答。请检查网络，再试一次；重复提交不会重复登记。', 'The registry does not answer. Check the network and try again; nothing is done twice.')

async function once(method: string, path: string, sending: Sending): Promise<Response> {
  const headers: Record<string, string> = {}
  const raw = sending.body instanceof Blob
  if (sending.body !== undefined) headers['content-type'] = raw ? 'application/octet-stream' : 'application/json'
  if (sending.key) headers['idempotency-key'] = sending.key
  if (sending.version) headers['if-match'] = `"${sending.version}"`
  const stop = new AbortController()
  const end = () => stop.abort()
  const timer = setTimeout(end, 120_000)
  sending.signal?.addEventListener('abort', end)
  try {
    return await fetch(path, {
      method,
      headers,
      body: sending.body === undefined ? undefined : raw ? (sending.body as Blob) : JSON.stringify(sending.body),
      signal: stop.signal
    })
  } catch (error) {
    if (sending.signal?.aborted) throw error
    throw silent()
  } finally {
    clearTimeout(timer)
    sending.signal?.removeEventListener('abort', end)
  }
}

async function problemOf(answer: Response): Promise<Problem> {
  const said = await answer.json().catch(() => null)
  if (!said) return answer.status >= 500 || answer.ok ? silent() : new Problem(answer.status, 'http', `服务器回答 ${answer.status}`, `The server answered ${answer.status}`)
  const wait = Number(answer.headers.get('retry-after') ?? 0)
  const key = String(said.type ?? '').replace('urn:menshen:problem:', '')
  // an import that was refused answers with its report
  if (!said.zh && 'problems' in said) return new Problem(answer.status, 'report', '', '', JSON.stringify(said))
  return new Problem(answer.status, key, said.zh ?? '', said.en ?? said.title ?? '', said.detail ?? '', said.errors ?? [], wait)
}

export async function ask<T>(method: string, path: string, sending: Sending = {}): Promise<T> {
  for (;;) {
    const answer = await once(method, path, sending)
    if (answer.status === 204) return undefined as T
    if (answer.ok) return answer.json()
    const problem = await problemOf(answer)
    if (answer.status !== 401 || sending.open) throw problem
    await signInAgain()
  }
}

export const get = <T>(path: string, query: Record<string, string | number | undefined | null> = {}, signal?: AbortSignal) => {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== null && value !== '') params.set(name, String(value))
  const text = params.toString()
  return ask<T>('GET', text ? `${path}?${text}` : path, { signal })
}

/** One key for one content: what is sent again unchanged is done once, what was corrected is another request. */
export class Attempt {
  private sent = ''
  private key = ''
  of(content: unknown): string {
    const text = JSON.stringify(content)
    if (text !== this.sent || !this.key) this.key = crypto.randomUUID()
    this.sent = text
    return this.key
  }
}
