// What a camera sees, asked for again and again while somebody looks.
import { ref, watch } from 'vue'
import { api, Problem } from './api'
import type { CameraView } from './types'
import { language } from './words'

const every = 250 // ms; the eye sends no more than four views a second
const patience = 1000 // after a failure

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Shown only when it can be painted: until then the picture before stands with the plates that belong to it. */
async function painted(base64: string) {
  const image = new Image()
  image.src = `data:image/jpeg;base64,${base64}`
  await image.decode()
  return image.src
}

/** `camera` names the one to look at; '' is none, and then nothing is asked. */
export function watchCamera(camera: () => string) {
  const view = ref<CameraView | null>(null)
  const picture = ref('')
  const trouble = ref('')
  let round = 0

  async function look(id: string, mine: number) {
    const got = await api.camera(id, view.value?.number ?? 0)
    const image = got.picture ? await painted(got.picture) : picture.value
    if (mine !== round) return
    picture.value = image
    view.value = got
    trouble.value = ''
  }

  async function follow(id: string, mine: number) {
    while (mine === round) {
      const began = performance.now()
      try {
        if (!document.hidden) await look(id, mine)
        await pause(Math.max(50, every - (performance.now() - began)))
      } catch (error) {
        if (mine !== round) return
        trouble.value = error instanceof Problem ? (language.value === 'zh' ? error.zh : error.en) : String(error)
        await pause(patience)
      }
    }
  }

  watch(camera, (id) => {
    ++round
    view.value = null
    picture.value = trouble.value = ''
    if (id) void follow(id, round)
  }, { immediate: true })
  return { view, picture, trouble }
}
