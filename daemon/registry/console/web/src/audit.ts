// What an audit entry says has changed, field by field.
import { className } from './names'
import { endText, timeText } from './times'
import type { Audit } from './types'
import { t, tMaybe, type Word } from './words'

const fieldNames: Record<string, Word> = { class: 'class', state: 'state', number: 'number', holder: 'holder', unit: 'unit', phone: 'phone', note: 'note', valid_from: 'validFrom', valid_until: 'validUntil', schedule: 'schedule', zones: 'zones', max_inside: 'maxInside', max_uses: 'maxUses', escort: 'escort', order_required: 'orderRequired', value: 'plate', plate: 'plate', reason: 'why', until: 'until', kind: 'kind', visitor: 'visitor', purpose: 'purpose', plates: 'plates', from: 'from', people: 'people', host: 'host', name: 'displayName', place: 'place', key: 'gateKey', roles: 'roles', scopes: 'site', display: 'displayName' }
const references = ['unit', 'host', 'schedule', 'parent', 'zone', 'gate', 'owner']
const hidden = ['cancelled', 'permit', 'vehicle', 'person', 'access_points']

function shown(name: string, value: unknown): string {
  if (value === null || value === undefined || value === '' || value === false) return ''
  if (value === true) return t('yes')
  if (typeof value === 'number' && references.includes(name)) return `№ ${value}`
  if (Array.isArray(value)) return value.map((one) => (name === 'roles' ? tMaybe('r_', String(one)) : String(one))).join('、')
  if (name === 'class') return className(String(value))
  if (name === 'state' || (name === 'kind' && ['block', 'watch', 'hold'].includes(String(value)))) return tMaybe('', String(value))
  if (name === 'valid_until') return endText(String(value))
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(value)) return timeText(value)
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

export function differences(entry: Audit): { name: string; before: string; after: string }[] {
  const before = entry.body?.before ?? {}
  const after = entry.body?.after ?? {}
  if (typeof before !== 'object' || typeof after !== 'object') return []
  const all = []
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (hidden.includes(name) || JSON.stringify(before[name]) === JSON.stringify(after[name])) continue
    if (name === 'kind' && entry.kind === 'credential') continue
    if (!entry.body?.before && references.includes(name)) continue // a number says nothing where all else is new
    const change = { name: fieldNames[name] ? t(fieldNames[name]) : name, before: shown(name, before[name]), after: shown(name, after[name]) }
    if (change.before !== change.after) all.push(change)
  }
  return all
}
