// Which of the two languages a page speaks: Chinese, until somebody switches; the browser remembers.
import { computed, ref, watchEffect } from 'vue'

export type Language = 'zh' | 'en'
export const language = ref<Language>(localStorage.getItem('language') === 'en' ? 'en' : 'zh')
watchEffect(() => {
  localStorage.setItem('language', language.value)
  document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en'
})
export const isChinese = computed(() => language.value === 'zh')

/** What a page says, out of its table; {0}, {1} stand for values. */
export function translator<Words extends Record<string, readonly [string, string]>>(words: Words) {
  return (word: keyof Words, ...values: (string | number)[]): string => {
    const text: string = words[word][isChinese.value ? 0 : 1]
    return values.reduce<string>((out, value, index) => out.replace(`{${index}}`, String(value)), text)
  }
}

/** A sentence that a server said in both. */
export const said = (one: { zh?: string; en?: string }) => (isChinese.value ? one.zh : one.en) || one.zh || one.en || ''
