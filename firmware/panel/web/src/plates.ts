// What a page must know of Chinese plates: which keys fit a place, what kind a plate is, and its colour when nobody told it.
// The same grammar as firmware/values/plate.cpp, which judges again whatever a page sends.
export const provinces = [...'京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼']
export const digits = [...'1234567890']
export const letters = [...'ABCDEFGHJKLMNOPQRSTUVWXYZ'] // no I; O only for the issuing office
export const lastOnly = [...'警学挂领使港澳']

const province = provinces.join('')
const digit = digits.join('')
const office = letters.join('')
const serial = digit + office.replace('O', '')
const energy = 'ABCDEFGHJK'
const times = (n: number, set: string): string[] => Array.from({ length: n }, () => set)

interface Pattern { kind: string; places: string[] }
const patterns: Pattern[] = [
  { kind: 'hong_kong', places: ['粤', 'Z', ...times(4, serial), '港'] },
  { kind: 'macao', places: ['粤', 'Z', ...times(4, serial), '澳'] },
  { kind: 'police', places: [province, office, ...times(4, serial), '警'] },
  { kind: 'learner', places: [province, office, ...times(4, serial), '学'] },
  { kind: 'trailer', places: [province, office, ...times(4, serial), '挂'] },
  { kind: 'embassy', places: [province, office, ...times(4, serial), '使'] },
  { kind: 'consulate', places: [province, office, ...times(4, serial), '领'] },
  { kind: 'consulate', places: [province, ...times(5, digit), '领'] },
  { kind: 'small_car', places: [province, office, ...times(5, serial)] },
  { kind: 'new_energy_small', places: [province, office, energy, serial, ...times(4, digit)] },
  { kind: 'new_energy_large', places: [province, office, ...times(5, digit), energy] },
  { kind: 'armed_police', places: ['W', 'J', province, ...times(5, serial)] },
  { kind: 'armed_police', places: ['W', 'J', ...times(5, serial)] },
  { kind: 'armed_police', places: ['W', 'J', ...times(2, digit), ...times(5, serial)] },
  { kind: 'army', places: [office, office, ...times(5, digit)] },
  { kind: 'embassy', places: ['使', ...times(6, digit)] },
  { kind: 'embassy', places: [...times(6, digit), '使'] },
  { kind: 'civil_aviation', places: ['民', '航', ...times(5, serial)] }
]

const begins = (pattern: Pattern, typed: string[]) =>
  typed.length <= pattern.places.length && typed.every((character, place) => pattern.places[place].includes(character))

/** Keys that may stand at `place` while what stands elsewhere stays. */
export function keysAt(typed: string[], place: number): Set<string> {
  const keys = new Set<string>()
  for (const pattern of patterns) {
    for (const key of pattern.places[place] ?? '') {
      if (begins(pattern, [...typed.slice(0, place), key, ...typed.slice(place + 1)])) keys.add(key)
    }
  }
  return keys
}

/** The kind of a whole plate; empty while it is none. */
export const kindOf = (typed: string[]) =>
  patterns.find((pattern) => pattern.places.length === typed.length && begins(pattern, typed))?.kind ?? ''

/** How many places a plate that begins like this may still take: the fewest and the most. */
export function missing(typed: string[]): [number, number] {
  const left = patterns.filter((pattern) => begins(pattern, typed)).map((pattern) => pattern.places.length - typed.length)
  return left.length ? [Math.min(...left), Math.max(...left)] : [0, 0]
}

/** Army and armed police: their first two letters are red. */
export const hasRedLetters = (plate: string) => /^[A-Z]{2}/.test(plate)

export function colourOf(plate: string, told?: string): string {
  if (told && told !== 'unknown') return told
  const characters = [...plate]
  const last = characters[characters.length - 1] ?? ''
  if (/[使领港澳]/.test(last) || plate.startsWith('使')) return 'black'
  if (last === '警' || hasRedLetters(plate)) return 'white'
  if (/[学挂]/.test(last)) return 'yellow'
  if (plate.startsWith('民航')) return 'green'
  if (characters.length === 8) return /[A-Z]/.test(last) ? 'yellow_green' : 'green'
  return 'blue'
}
