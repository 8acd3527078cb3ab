// A short double tone for a car that needs a person. Made here, so that no file is needed.
import { ref } from 'vue'

export const muted = ref(localStorage.getItem('muted') === '1')
let context: AudioContext | null = null

export function setMuted(on: boolean) {
  muted.value = on
  localStorage.setItem('muted', on ? '1' : '0')
  if (!on) beep()
}

export function beep() {
  if (muted.value) return
  try {
    context ??= new AudioContext()
    void context.resume()
    tone(880, 0)
    tone(1175, 0.18)
  } catch {
    // a browser without sound: the queue is still shown
  }
}

function tone(frequency: number, after: number) {
  if (!context) return
  const from = context.currentTime + after
  const gain = context.createGain()
  gain.gain.setValueAtTime(0.0001, from)
  gain.gain.exponentialRampToValueAtTime(0.35, from + 0.02)
  gain.gain.exponentialRampToValueAtTime(0.0001, from + 0.16)
  const oscillator = context.createOscillator()
  oscillator.frequency.value = frequency
  oscillator.connect(gain).connect(context.destination)
  oscillator.start(from)
  oscillator.stop(from + 0.18)
}
