// The shapes of /v1, as the pages read them (daemon/registry/domain/include/registry/entities.hpp).
export interface Entity<T> { id: number; kind: string; scope: string; version: number; value: T }

export interface Credential { permit: number; kind: 'plate' | 'card' | 'qr' | 'face'; value: string; vehicle: number | null }
export interface Permit {
  class: string
  state: 'active' | 'suspended' | 'cancelled'
  number: string
  person: number | null
  holder: string
  unit: number | null
  phone: string
  note: string
  valid_from: string | null
  valid_until: string | null
  cancelled: string | null
  schedule: number | null
  zones: number[]
  access_points: number[]
  max_inside: number | null
  max_uses: number | null
  escort: boolean
  order_required: boolean
}
export interface PermitView extends Entity<Permit> { credentials: Entity<Credential>[]; holder: string; unit: string }
export interface Named { name: string; key?: string }
export interface Person { name: string; number: string; unit: number | null; phone: string; note: string }
export interface Block { kind: 'block' | 'watch' | 'hold'; plate: string; reason: string; until: string | null }
export interface Visit {
  visitor: string
  phone: string
  people: number | null
  purpose: string
  host: number | null
  unit: number | null
  plates: string[]
  from: string
  until: string
  state: 'booked' | 'cancelled'
  permit: number | null
}
export interface Gate { key: string; name: string; place: string; state: 'active' | 'revoked'; note: string }
export interface GateHead { scope: string; head: string; newest: boolean; newest_head?: string; behind_since?: string | null }
export interface GateView extends Entity<Gate> {
  enrolled: string | null
  certificate_until?: string
  seen?: string
  build?: string
  heads?: GateHead[]
  state?: Record<string, unknown> | null
  last_event?: { number: number; utc: string; kind: string; plate: string }
}
export interface GateCode { gate: Entity<Gate>; code: string; ends: string; gate_port: number; authority_sha256: string }
export interface PictureRef { name: string; sha256: string; bytes: number; gone: boolean }
export interface GateEvent {
  number: number
  gate: number
  log: string
  sequence: number
  utc: string
  clock: string
  kind: string
  lane: string
  arrival: number
  authorisation: number
  plate: string
  body: Record<string, any> | null
  pictures: PictureRef[]
  car?: GateEvent[]
}
export interface Audit {
  number: number
  utc: string
  user: number
  name: string
  from: string
  action: string
  scope: string
  kind: string
  id: number
  body: { before: any; after: any; why: string } | null
}
export interface Committed { changed: { kind: string; id: number; version: number }[]; warnings?: { pointer: string; code: string; detail: string }[]; repeated: boolean }
