// The gate's state as the page knows it, and whether it may be believed: `link` is 'live' only while messages arrive.
import { reactive } from 'vue'
import { api } from './api'
import { beep } from './sound'
import type { Alarm, Fault, Lane, List, Passed, Referred, Snapshot } from './types'

const silence = 6000 // ms without a message: three heartbeats missed

export const gate = reactive({
  known: false, // the session has been asked for
  firstStart: false,
  guard: '',
  link: 'connecting' as 'connecting' | 'live' | 'lost',
  lostAt: 0,
  now: 0, // ms of the site's local time, advanced every second while live
  site: '', clock: '', mode: 'normal',
  list: null as List | null,
  lanes: [] as Lane[],
  cameras: [] as { id: string; lane: string }[],
  referred: [] as Referred[],
  faults: [] as Fault[],
  recent: [] as Passed[],
  alarms: [] as Alarm[], // newest first, until the guard has seen them
  refused: null as null | { lane: string; action: string; why: string }
})

export const localTime = (text: string | null | undefined) => (text ? Date.parse(`${text}Z`) : NaN)

let socket: WebSocket | null = null
let heard = 0
let siteNow = 0
let siteNowAt = 0
let retry = 0
let known = new Set<number>()

function setNow(text: string) {
  siteNow = localTime(text)
  siteNowAt = performance.now()
  gate.now = siteNow
}

function tellReferred(list: Referred[]) {
  if (list.some((one) => !known.has(one.arrival))) beep()
  known = new Set(list.map((one) => one.arrival))
}

/** A decision is known by its event; before that is durable (sequence 0) by its arrival. */
function sameDecision(a: Passed, b: Passed) {
  return a.sequence && b.sequence ? a.sequence === b.sequence : a.arrival === b.arrival
}

function take(message: Record<string, never>) {
  const m = message as unknown as {
    snapshot?: Snapshot; lane?: Lane; referred?: Referred[]; faults?: Fault[]; passed?: Passed
    site?: { clock: string; mode: string; list: List; now: string }; tick?: { now: string }
    alarm?: { lane: string; alarm: string }; refused?: { lane: string; action: string; why: string }
  }
  if (m.snapshot) {
    const { now, ...rest } = m.snapshot
    Object.assign(gate, rest)
    setNow(now)
    tellReferred(gate.referred)
    gate.link = 'live'
    retry = 0
  }
  if (m.tick) setNow(m.tick.now)
  if (m.lane) {
    const lane = m.lane
    const at = gate.lanes.findIndex((one) => one.id === lane.id)
    if (at >= 0) gate.lanes[at] = lane
    else gate.lanes.push(lane)
  }
  if (m.referred) {
    gate.referred = m.referred
    tellReferred(m.referred)
  }
  if (m.faults) gate.faults = m.faults
  if (m.alarm) {
    gate.alarms = [{ ...m.alarm, at: gate.now }, ...gate.alarms].slice(0, 8)
    beep()
  }
  if (m.refused) gate.refused = m.refused
  if (m.passed) gate.recent = [m.passed, ...gate.recent.filter((one) => !sameDecision(one, m.passed!))].slice(0, 50)
  if (m.site) {
    Object.assign(gate, { clock: m.site.clock, mode: m.site.mode, list: m.site.list })
    setNow(m.site.now)
  }
}

function lose() {
  if (socket) {
    socket.onclose = socket.onmessage = null
    socket.close()
    socket = null
  }
  if (!gate.guard) return
  if (gate.link !== 'lost') gate.lostAt = Date.now()
  gate.link = 'lost'
  setTimeout(connect, Math.min(3000, 300 * 2 ** retry++))
}

async function connect() {
  if (socket || !gate.guard) return
  try {
    await refreshSession()
  } catch {
    return lose()
  }
  if (!gate.guard || socket) return
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:'
  socket = new WebSocket(`${scheme}//${location.host}/api/live`)
  heard = performance.now()
  socket.onmessage = (event) => {
    heard = performance.now()
    take(JSON.parse(event.data))
  }
  socket.onclose = lose
}

export async function refreshSession() {
  const session = await api.session()
  gate.known = true
  gate.firstStart = session.first_start
  if (gate.guard && !session.guard) forget()
  gate.guard = session.guard ?? ''
}

function forget() {
  gate.guard = ''
  if (socket) {
    socket.onclose = socket.onmessage = null
    socket.close()
    socket = null
  }
  gate.link = 'connecting'
  Object.assign(gate, { lanes: [], cameras: [], referred: [], faults: [], recent: [], list: null, alarms: [], refused: null })
  known = new Set()
}

/** After a login or at the start of the page. */
export async function begin() {
  try {
    await refreshSession()
    gate.link = 'connecting'
    if (gate.guard) await connect()
  } catch {
    gate.link = 'lost'
    if (!gate.lostAt) gate.lostAt = Date.now()
    setTimeout(begin, 1500)
  }
}

export async function lock() {
  try {
    await api.logout()
  } finally {
    forget()
  }
}

setInterval(() => {
  if (socket && performance.now() - heard > silence) lose()
  if (gate.link === 'live') gate.now = siteNow + Math.round(performance.now() - siteNowAt)
}, 500)
