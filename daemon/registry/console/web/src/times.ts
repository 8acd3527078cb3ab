// Civil times of a site ("2026-12-31T18:00:00", no zone) and moments (UTC), as people write them.
const two = (n: number) => String(n).padStart(2, '0')
const civil = (date: Date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`

export const nowLocal = () => civil(new Date())
export const localIn = (minutes: number) => civil(new Date(Date.now() + minutes * 60_000))
export const today = () => nowLocal().slice(0, 10)

/** "2026-12-31" and days more or less. */
export function addDays(date: string, days: number): string {
  const at = new Date(`${date}T12:00:00Z`)
  at.setUTCDate(at.getUTCDate() + days)
  return at.toISOString().slice(0, 10)
}
/** An exclusive end, as the last day; or the day and the time where it is not midnight. */
export const endText = (until: string) => (until.endsWith('T00:00:00') ? addDays(until.slice(0, 10), -1) : timeText(until))
/** The last day, or a time, as the exclusive end. */
export const endOf = (text: string) => (text.length === 10 ? `${addDays(text, 1)}T00:00:00` : text.replace(' ', 'T'))
export const timeText = (local: string) => local.slice(0, 16).replace('T', ' ')
export const daysUntil = (until: string) => Math.ceil((Date.parse(`${until}Z`) - Date.parse(`${nowLocal()}Z`)) / 86_400_000)

export const momentText = (utc: string) => civil(new Date(utc)).replace('T', ' ')
export const shortMoment = (utc: string) => {
  const text = momentText(utc)
  return text.startsWith(today()) ? text.slice(11) : text.slice(5, 16)
}
