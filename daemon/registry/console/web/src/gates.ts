// How a gate does, in a word and a tone.
import type { Tone } from './permits'
import type { GateHead, GateView } from './types'
import { said } from '@panel/language'
import { ago, duration, t, tMaybe } from './words'

const silentAfter = 3 * 60_000 // a courier asks at least once a minute

export function health(gate: GateView, now: number): { tone: Tone; text: string } {
  if (gate.value.state === 'revoked') return { tone: 'quiet', text: t('revoked') }
  if (!gate.enrolled) return { tone: 'info', text: t('notEnrolled') }
  if (!gate.seen) return { tone: 'warn', text: t('neverSeen') }
  if (now - Date.parse(gate.seen) > silentAfter) return { tone: 'bad', text: t('silent') }
  if (isStale(gate, now)) return { tone: 'warn', text: t('stale') }
  return { tone: 'good', text: t('online') }
}

/** A head that is not the newest, and not since this moment: fetching a change takes a second. */
export const isStale = (gate: GateView, now: number) => !!gate.heads?.some((head) => !head.newest && (!head.behind_since || now - Date.parse(head.behind_since) > 60_000))

export function headText(head: GateHead, now: number): string {
  if (head.newest || !head.newest_head) return t('newest')
  const [epoch, seq] = head.head.split(':').map(Number)
  const [newEpoch, newSeq] = head.newest_head.split(':').map(Number)
  if (epoch !== newEpoch) return t('otherEpoch')
  const since = head.behind_since ? now - Date.parse(head.behind_since) : 0
  return since > 5000 ? t('behindFor', newSeq - seq, duration(since)) : t('behind', newSeq - seq)
}

/** What the gate itself finds wrong: names, or sentences where it sends them. */
export function faultsOf(gate: GateView): string[] {
  const faults = gate.state?.faults
  if (!Array.isArray(faults)) return []
  return faults.map((one) => {
    if (typeof one === 'string') return one
    const fault = one as { fault?: string; lane?: string; zh?: string; en?: string; detail?: string }
    return [fault.lane, said(fault) || fault.fault, fault.detail].filter(Boolean).join(' · ')
  })
}

export function clockOf(gate: GateView): string {
  const clock = gate.state?.clock
  return typeof clock === 'string' ? tMaybe('clock_', clock) : ''
}
/** Events that the gate has and the registry has not. */
export const waitingOf = (gate: GateView) => (typeof gate.state?.events_waiting === 'number' ? gate.state.events_waiting : 0)
export const seenText = (gate: GateView, now: number) => (gate.seen ? ago(gate.seen, now) : '—')

/** What the gate's site file says, and what is run there then; it asks for the code, which belongs into no shell's history. */
export const siteSection = (gate: { scope: string; value: { key: string } }) => `[registry]\nscope = "${gate.scope}"\ngate = "${gate.value.key}"\ncommon = true`
export const enrolCommand = (code: { gate_port: number; authority_sha256: string }) =>
  `menshen enrol --registry https://${location.hostname}:${code.gate_port || 8431} --fingerprint ${code.authority_sha256}`
