// Names of classes and reasons, out of the registry's own tables.
import { reactive } from 'vue'
import { get } from './api'
import { said } from '@panel/language'

interface Named { key: string; zh: string; en: string; verdict?: string }
export const names = reactive({ classes: [] as Named[], reasons: [] as Named[] })

export async function learnNames() {
  Object.assign(names, await get<typeof names>('/v1/words'))
}
const named = (list: Named[], key: string) => {
  const one = list.find((each) => each.key === key)
  return one ? said(one) : key
}
export const className = (key: string) => named(names.classes, key)
export const reasonName = (key: string) => named(names.reasons, key)
