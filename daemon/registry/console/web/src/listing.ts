// A list that the registry searches and pages: filters live in the address, so that going back finds them again.
import { computed, onBeforeUnmount, reactive, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { get, Problem, type Page } from './api'
import { site } from './session'

export interface Listing<T> {
  items: T[]
  busy: boolean
  loaded: boolean
  problem: Problem | null
  cursors: string[] // of the pages so far; the last one is shown
  next: string | null
  now: string // the registry's, where it says so
  readonly asked: Record<string, string>
  load(): Promise<void>
  set(name: string, value: string | number | null | undefined): void
  /** As somebody types: asked when he pauses. */
  type(name: string, value: string): void
  clear(): void
  forward(): void
  back(): void
}

type Query = Record<string, string | number | undefined>

export function useListing<T>(path: (asked: Record<string, string>) => string, filters: string[], query: (asked: Record<string, string>) => Query, cursor = 'after'): Listing<T> {
  const route = useRoute()
  const router = useRouter()
  const ours = route.path
  const asked = computed(() => Object.fromEntries(filters.map((name) => [name, String(route.query[name] ?? '')])))
  let running: AbortController | null = null
  let typing = 0
  const replace = (name: string, value: unknown) => void router.replace({ query: { ...route.query, [name]: value ? String(value) : undefined } })

  const list = reactive({
    items: [],
    busy: false,
    loaded: false,
    problem: null,
    cursors: [''],
    next: null,
    now: '',
    get asked() {
      return asked.value
    },
    async load() {
      running?.abort()
      const mine = (running = new AbortController())
      list.busy = true
      try {
        const page = await get<Page<T> & { now?: string }>(path(asked.value), { ...query(asked.value), [cursor]: list.cursors[list.cursors.length - 1] }, mine.signal)
        if (mine.signal.aborted) return
        Object.assign(list, { items: page.items, next: page.next, now: page.now ?? '', problem: null, loaded: true })
      } catch (error) {
        if (mine.signal.aborted) return
        if (!(error instanceof Problem)) throw error
        list.problem = error
      } finally {
        if (running === mine) list.busy = false
      }
    },
    set: replace,
    type(name: string, value: string) {
      clearTimeout(typing)
      typing = window.setTimeout(() => replace(name, value.trim()), 250)
    },
    clear: () => void router.replace({ query: {} }),
    forward() {
      if (!list.next) return
      list.cursors = [...list.cursors, list.next]
      void list.load()
    },
    back() {
      list.cursors = list.cursors.slice(0, -1)
      void list.load()
    }
  }) as Listing<T>

  watch(
    () => [JSON.stringify(asked.value), site.value],
    () => {
      if (route.path !== ours) return // on its way to another page
      list.cursors = ['']
      void list.load()
    },
    { immediate: true }
  )
  onBeforeUnmount(() => running?.abort())
  return list
}
