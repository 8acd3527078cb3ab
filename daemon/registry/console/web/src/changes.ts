// What follows on a change: it is told, with what the registry finds worth a second look.
import { ask } from './api'
import { tell } from './forms'
import type { Committed } from './types'
import { ElMessage } from './ui'
import { sayError } from './words'

export function tellDone(done: Committed, text: string) {
  tell(text)
  for (const warning of done.warnings ?? []) ElMessage({ message: `${sayError(warning)}: ${warning.detail}`, type: 'warning', duration: 0, showClose: true, placement: 'bottom' })
}

/** A unit or a person that is not there yet; its id. */
export async function createNamed(kind: 'unit' | 'person', scope: string, name: string, more: object = {}): Promise<number> {
  const done = await ask<Committed>('POST', '/v1/commits', { body: { changes: [{ put: { kind, scope, value: { name, ...more } } }] }, key: crypto.randomUUID() })
  return done.changed[0].id
}
