// Events as people read them: what a gate wrote of one car is one entry.
import { reasonName } from './names'
import type { Tone } from './permits'
import type { GateEvent, PictureRef } from './types'
import { isChinese } from '@panel/language'
import { tMaybe as panelWord } from '@panel/words'
import { t, tMaybe } from './words'

export const kinds = ['decision', 'outcome', 'passage', 'evidence', 'guard_action', 'opened_externally', 'tailgate', 'alarm', 'fault_raised', 'fault_cleared', 'mode_changed', 'list_changed', 'visitor_registered', 'guard_session', 'intent', 'boot', 'pictures_dropped'] as const

export interface Entry {
  event: GateEvent // that it is named after: the newest decision, or the only one
  events: GateEvent[]
  plate: string
  tone: Tone
  title: string
  text: string
  pictures: PictureRef[]
}

export const pictureAddress = (event: GateEvent, picture: PictureRef) => `/v1/gates/${event.gate}/pictures/${picture.sha256}`
export const decisionOf = (event: GateEvent) => (event.kind === 'decision' ? event.body?.decision : null)

const verdictTones: Record<string, Tone> = { grant: 'good', deny: 'bad', refer: 'warn' }
const kindTones: Record<string, Tone> = { alarm: 'bad', tailgate: 'bad', opened_externally: 'bad', fault_raised: 'bad', fault_cleared: 'good', guard_action: 'info', visitor_registered: 'info', mode_changed: 'warn' }
const detailKeys = ['outcome', 'direction', 'zone', 'action', 'alarm', 'fault', 'mode', 'what', 'count', 'why', 'reason', 'detail', 'site', 'build']

/** What else an event says, in a line. */
export function detailsOf(event: GateEvent): string {
  const body = event.body ?? {}
  const decision = decisionOf(event)
  if (decision) return `${tMaybe('', decision.verdict)} · ${reasonName(decision.reason)}`
  const parts: string[] = []
  for (const key of detailKeys) {
    const value = body[key]
    if (typeof value !== 'string' && typeof value !== 'number') continue
    const text = String(value)
    parts.push(key === 'alarm' ? panelWord(`alarm_${text}`, reasonName(text)) : key === 'outcome' ? tMaybe('o_', text) : key === 'direction' ? tMaybe('d_', text) : key === 'why' ? tMaybe('why_', reasonName(text)) : reasonName(text))
  }
  const by = body.by ?? body.guard
  if (typeof by === 'string' && by && by !== 'menshen') parts.push(t('byGuard', by))
  return parts.filter(Boolean).join(isChinese.value ? '，' : ', ')
}

function entryOf(events: GateEvent[]): Entry {
  const decision = events.find((one) => one.kind === 'decision')
  const event = decision ?? events[0]
  const outcome = events.find((one) => one.kind === 'outcome')
  const said = decisionOf(event)
  const rest = outcome && outcome !== event ? detailsOf(outcome) : ''
  return {
    event,
    events,
    plate: said?.plate || event.plate || events.find((one) => one.plate)?.plate || '',
    tone: said ? (verdictTones[said.verdict] ?? 'quiet') : (kindTones[event.kind] ?? 'quiet'),
    title: said ? tMaybe('', said.verdict) : tMaybe('k_', event.kind),
    text: said ? [reasonName(said.reason), rest].filter(Boolean).join(isChinese.value ? '，' : ', ') : detailsOf(event),
    pictures: events.flatMap((one) => one.pictures)
  }
}

/** Newest first, as they came; cars in the place of the newest that was written of them. */
export function grouped(events: GateEvent[]): Entry[] {
  const cars = new Map<string, GateEvent[]>()
  for (const event of events) {
    const key = event.arrival > 0 ? `${event.gate} ${event.log} ${event.arrival}` : `one ${event.number}`
    cars.set(key, [...(cars.get(key) ?? []), event])
  }
  return [...cars.values()].map(entryOf)
}
