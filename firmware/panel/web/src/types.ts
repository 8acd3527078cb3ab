// The shapes of firmware/ports/gate_control.hpp, as the page reads them.
export type Verdict = 'grant' | 'deny' | 'refer'
export type Level = 'clear' | 'occupied' | 'unknown'

export interface Candidate { plate: string; likelihood: number; listed: boolean; holder?: string; unit?: string }
export interface Camera { id: string; state: string; fps?: number; width?: number; height?: number; detail?: string; plate_width?: number }
export interface Lane {
  id: string
  name: string
  direction: 'in' | 'out'
  phase: string
  sensors: { approach: Level; under: Level; photocell: Level; arm: 'down' | 'between' | 'up' | 'unknown'; fire: string }
  arrival: number
  plate: string
  colour?: string
  likelihood: number
  candidates: Candidate[]
  verdict: Verdict | ''
  reason: string
  zh: string
  en: string
  days_left: number | null
  permit: { class: string; class_zh: string; holder: string; unit: string } | null
  by: string
  scene: string
  crop: string
  at: string
  scene_at?: string
  queue: number
  hold?: { by: string; until: string } | null
  camera: Camera
}
export interface Referred {
  arrival: number; lane: string; plate: string; colour?: string; candidates: Candidate[]
  reason: string; zh: string; en: string; scene: string; crop: string; since: string
}
export interface Fault { lane: string; fault: string; detail: string; zh: string; en: string; since: string }
export interface Passed {
  sequence: number; arrival: number; lane: string; direction: 'in' | 'out'; plate: string; colour?: string; verdict: Verdict | ''
  reason: string; zh: string; en: string; outcome: string; by: string; at: string; scene: string; crop: string
}
export interface Alarm { lane: string; alarm: string; at: number }
export interface List { usable: boolean; credentials: number; changed: string; scope: string }
/** What the gate says of one plate for whoever aims the camera, the worst first. */
export interface AimWord { key: string; level: 'good' | 'fair' | 'bad'; zh: string; en: string; advice: { zh: string; en: string } }
export interface AimPlate { corners: number[][]; text: string; colour: string; width: number; likelihood: number; sharpness: number; words: AimWord[] }
export interface AimWidths { least: number; good_from: number; good_to: number; most: number }
/** Sizes are pixels of the camera's frame, the region fractions of it; without a view (age null) most is missing. */
export interface CameraView {
  camera: string; lane: string; lane_name: string; state: string; detail: string; region: number[][]; age: number | null
  width?: number; height?: number; frames?: number; looks?: number; widths?: AimWidths
  plates: AimPlate[]; number: number; picture: string
}
export interface Snapshot {
  site: string; now: string; clock: string; mode: string; list: List
  lanes: Lane[]; cameras: { id: string; lane: string }[]; referred: Referred[]; faults: Fault[]; recent: Passed[]
}
export interface Permit {
  class: string; class_zh: string; class_en?: string; state: string; holder: string; unit: string
  phone: string; note: string; valid_from: string | null; valid_until: string | null
}
export interface Listing {
  plate: string; listed: boolean; inside: boolean | null
  permits: Permit[]; blocks: { kind: string; reason: string; until: string | null }[]
}
export interface Command {
  action: string; lane?: string; arrival?: number; plate?: string; why: string; until?: string
}
