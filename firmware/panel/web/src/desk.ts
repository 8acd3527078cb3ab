// What the guard is about to do: one question at a time, then the command, then a word about how it went.
import { ElMessage } from 'element-plus/es/components/message/index.mjs'
import { reactive } from 'vue'
import { api, Problem } from './api'
import { gate } from './gate'
import type { Command, Referred } from './types'
import { language, t, type Word } from './words'

type Asked = Omit<Command, 'why'>

export const desk = reactive({
  reasonFor: null as null | { command: Asked; title: Word; then?: Asked },
  typingFor: null as null | { referred: Referred | null; purpose: 'admit' | 'visitor' | 'look-up' },
  picture: null as null | { scene: string; crop: string; title: string },
  aim: null as null | string, // the camera that somebody aims
  busy: false
})

export function askWhy(title: Word, command: Asked, then?: Asked) {
  desk.reasonFor = { command, title, then }
}

export function say(kind: 'success' | 'error', message: string) {
  ElMessage({ type: kind, message, duration: kind === 'error' ? 6000 : 2200, showClose: kind === 'error', offset: 146, grouping: true })
}

export function sayProblem(error: unknown) {
  const problem = error instanceof Problem ? error : new Problem(0, String(error), String(error), '')
  const sentence = language.value === 'zh' ? problem.zh : problem.en
  say('error', problem.detail ? `${sentence}（${problem.detail}）` : sentence)
}

/** The second touch: the reason. */
export async function because(why: string) {
  const asked = desk.reasonFor
  if (!asked || desk.busy || gate.link !== 'live') return
  desk.busy = true
  try {
    await api.command({ ...asked.command, why })
    if (asked.then) await api.command({ ...asked.then, why })
    desk.reasonFor = null
    say('success', `${t(asked.title)} · ${t('done')}`)
  } catch (error) {
    desk.reasonFor = null
    sayProblem(error)
  } finally {
    desk.busy = false
  }
}
