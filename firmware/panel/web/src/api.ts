// Requests to the gate. Every failure is a Problem with a sentence in both languages.
import type { CameraView, Command, Listing, Passed } from './types'

export class Problem extends Error {
  constructor(readonly status: number, readonly zh: string, readonly en: string, readonly detail: string) {
    super(en)
  }
}

async function ask<T>(path: string, body?: unknown): Promise<T> {
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), 15000)
  try {
    const answer = await fetch(path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: stop.signal
    })
    const said = await answer.json().catch(() => ({}))
    if (answer.ok) return said as T
    throw new Problem(answer.status, said.zh ?? '控制器没有回答', said.en ?? 'The gate did not answer', said.detail ?? '')
  } catch (error) {
    if (error instanceof Problem) throw error
    throw new Problem(0, '与控制器失去连接，操作是否执行未知，请看道闸', 'Link to the gate lost; whether it happened is not known: look at the barrier', '')
  } finally {
    clearTimeout(timer)
  }
}

export interface Session { first_start: boolean; guard: string | null; now: string }

export const api = {
  session: () => ask<Session>('/api/session'),
  firstGuard: (name: string, pin: string) => ask('/api/first-guard', { name, pin }),
  addGuard: (name: string, pin: string) => ask('/api/guards', { name, pin }),
  login: (name: string, pin: string) => ask('/api/login', { name, pin }),
  logout: () => ask('/api/logout', {}),
  command: (command: Command) => ask('/api/command', command),
  events: (before: number, limit: number) => ask<Passed[]>(`/api/events?before=${before}&limit=${limit}`),
  lookUp: (plate: string) => ask<Listing>(`/api/look-up?plate=${encodeURIComponent(plate)}`),
  camera: (id: string, after: number) => ask<CameraView>(`/api/camera/${encodeURIComponent(id)}?after=${after}`),
  /** A camera's live picture keeps its id: `at` makes the browser fetch the new one. */
  picture: (id: string, at = '') => `/api/picture/${encodeURIComponent(id)}${at && `?at=${encodeURIComponent(at)}`}`
}
