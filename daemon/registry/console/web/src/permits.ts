// What a list says of a permit's state and end.
import type { PermitView } from './types'
import { daysUntil, endText, nowLocal } from './times'
import { t } from './words'

export type Tone = 'good' | 'warn' | 'bad' | 'quiet' | 'info'

export function standing(permit: PermitView): { tone: Tone; text: string } {
  const { state, valid_from, valid_until } = permit.value
  if (state === 'cancelled') return { tone: 'quiet', text: t('cancelled') }
  if (state === 'suspended') return { tone: 'warn', text: t('suspended') }
  if (valid_until && valid_until <= nowLocal()) return { tone: 'bad', text: t('expired') }
  if (valid_from && valid_from > nowLocal()) return { tone: 'info', text: t('notYet') }
  return { tone: 'good', text: t('active') }
}

/** "2026-12-31", and how long that is when it is soon. */
export function ending(permit: PermitView): { text: string; soon: string } {
  const { state, valid_until } = permit.value
  if (!valid_until) return { text: t('permanent'), soon: '' }
  const days = daysUntil(valid_until)
  const soon = state !== 'active' || days < 1 || days > 30 ? '' : days === 1 ? t('endsToday') : t('daysLeft', days - 1)
  return { text: endText(valid_until), soon }
}

export const platesOf = (permit: PermitView) => permit.credentials.filter((one) => one.value.kind === 'plate').map((one) => one.value.value)
export const othersOf = (permit: PermitView) => permit.credentials.filter((one) => one.value.kind !== 'plate')

/** "浙A12345，浙B 8K362" as people type them. */
export const splitList = (text: string) => text.toUpperCase().split(/[\s,，、;；]+/).filter(Boolean)
