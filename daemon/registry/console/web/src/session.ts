// Who is signed in, what he may do, and for which sites.
import { computed, reactive, ref } from 'vue'
import { ask, get, whenSessionIsLost, type Page } from './api'
import { learnNames } from './names'

export interface User { id: number; name: string; display: string; roles: string[]; scopes: string[]; operations: string[] }
export interface Site { name: string; title: string; head: string; rows: number; issued: string }

export const session = reactive({
  state: 'unknown' as 'unknown' | 'out' | 'in',
  lost: false, // it has ended while somebody was at work
  user: null as User | null,
  sites: [] as Site[]
})
let resume: (() => void)[] = []

export const can = (operation: string) => session.user?.operations.includes(operation) ?? false
export const covers = (site: string) => !!session.user && (session.user.scopes.includes('*') || session.user.scopes.includes(site))
/** Sites that people and cars go to; `common` is every gate's. */
export const sites = computed(() => session.sites.filter((one) => one.name !== 'common'))
export const titleOf = (name: string) => session.sites.find((one) => one.name === name)?.title ?? name

/** The site that lists show; empty: all of them. */
export const site = ref(localStorage.getItem('site') ?? '')
export function chooseSite(name: string) {
  site.value = name
  localStorage.setItem('site', name)
}
/** Where something new belongs unless told otherwise. */
export const usualSite = () => site.value || sites.value.find((one) => covers(one.name))?.name || ''

export async function learnSession() {
  session.user = await get<User>('/v1/session')
  const [scopes] = await Promise.all([get<Page<Site>>('/v1/scopes'), learnNames()])
  session.sites = scopes.items
  if (site.value && !sites.value.some((one) => one.name === site.value)) chooseSite('')
  session.state = 'in'
}

export async function beginSession() {
  try {
    session.user = await ask<User>('GET', '/v1/session', { open: true })
    await learnSession()
  } catch {
    session.state = 'out'
  }
}

export async function signIn(name: string, password: string, code: string) {
  const before = session.user
  const user = await ask<User>('POST', '/v1/session', { body: { name, password, code }, open: true })
  // somebody else: what the first one typed is none of his business
  if (session.lost && before && before.id !== user.id) return location.reload()
  await learnSession()
  session.lost = false
  for (const go of resume.splice(0)) go()
}

export async function signOut() {
  await ask('DELETE', '/v1/session', { open: true }).catch(() => {})
  session.user = null
  session.state = 'out'
  session.lost = false
  resume = []
}

whenSessionIsLost(() => {
  session.lost = true
  return new Promise((resolve) => resume.push(resolve))
})
