// What a page must know of Chinese plates: which keys fit a position, and the colour when nobody told it.
export const provinces = [...'京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼']
export const letters = [...'ABCDEFGHJKLMNPQRSTUVWXYZ'] // no I, no O
export const digits = [...'1234567890']
export const lastOnly = [...'警学挂领港澳使']

/** Keys that may stand at `position` (0-based). The server judges the whole plate. */
export function keysAt(position: number): Set<string> {
  if (position === 0) return new Set([...provinces, '使'])
  if (position === 1) return new Set([...letters])
  if (position === 6) return new Set([...letters, ...digits, ...lastOnly])
  return new Set([...letters, ...digits])
}

export function colourOf(plate: string, told?: string): string {
  if (told && told !== 'unknown') return told
  const characters = [...plate]
  const last = characters[characters.length - 1] ?? ''
  if (/[使领港澳]/.test(last) || plate.startsWith('使')) return 'black'
  if (last === '警' || /^[A-Z]{2}/.test(plate)) return 'white'
  if (/[学挂]/.test(last)) return 'yellow'
  if (characters.length === 8) return /[A-Z]/.test(last) ? 'yellow_green' : 'green'
  return 'blue'
}
