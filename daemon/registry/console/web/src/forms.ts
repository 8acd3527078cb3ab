// Sending a form: busy while it goes, what is wrong told beside its field, one key for one content.
import { reactive } from 'vue'
import { Attempt, Problem, type FieldError } from './api'
import { ElMessage } from './ui'
import { said } from '@panel/language'
import { sayError } from './words'

export function useForm() {
  const attempt = new Attempt()
  const form = reactive({ busy: false, problem: null as Problem | null })

  /** The errors of a field, by the last names of their pointers: "plate" also stands for "/credentials/0/value" and the like. */
  function errorsOf(...names: string[]): FieldError[] {
    return (form.problem?.errors ?? []).filter((error) => names.some((name) => error.pointer === `/${name}` || error.pointer.endsWith(`/${name}`) || error.pointer.startsWith(`/${name}/`)))
  }
  return Object.assign(form, {
    wrong: (...names: string[]) => errorsOf(...names)[0],
    /** True: it is done. */
    async send<T>(content: unknown, request: (key: string) => Promise<T>): Promise<T | null> {
      if (form.busy) return null
      form.busy = true
      form.problem = null
      try {
        return await request(attempt.of(content))
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        form.problem = error
        return null
      } finally {
        form.busy = false
      }
    }
  })
}

export const tell = (text: string) => ElMessage({ message: text, type: 'success', duration: 3500, showClose: true, placement: 'bottom' })
export const complain = (error: unknown) =>
  ElMessage({ message: error instanceof Problem ? said(error) : String(error), type: 'error', duration: 8000, showClose: true, placement: 'bottom' })

/** A problem in words: its sentence, then every error with its place, then what the registry said of it. */
export function explain(problem: Problem): string[] {
  const lines = [said(problem)]
  for (const error of problem.errors) lines.push(`${sayError(error)}${error.detail ? `: ${error.detail}` : ''}`)
  if (!problem.errors.length && problem.detail) lines.push(problem.detail)
  return lines.filter(Boolean)
}
