// Pictures for the stage, drawn in the browser itself: a gate with a car, and the crop of its plate. As base64 JPEG.
export async function draw(page, { plate, paint = '#1453b8', ink = '#fff', body = '#8f1d22', night = false }) {
  return page.evaluate(
    ({ plate, paint, ink, body, night }) => {
      const canvas = (width, height) => Object.assign(document.createElement('canvas'), { width, height })
      const sign = (c, x, y, w, h) => {
        c.fillStyle = paint
        c.beginPath()
        c.roundRect(x, y, w, h, h * 0.12)
        c.fill()
        c.strokeStyle = ink
        c.lineWidth = h * 0.05
        c.strokeRect(x + h * 0.08, y + h * 0.08, w - h * 0.16, h - h * 0.16)
        c.fillStyle = ink
        c.font = `700 ${h * 0.66}px "Noto Sans CJK SC", sans-serif`
        c.textAlign = 'center'
        c.textBaseline = 'middle'
        c.fillText(`${[...plate].slice(0, 2).join('')}·${[...plate].slice(2).join('')}`, x + w / 2, y + h * 0.54, w * 0.9)
      }
      const scene = canvas(1280, 720)
      const c = scene.getContext('2d')
      const sky = c.createLinearGradient(0, 0, 0, 360)
      sky.addColorStop(0, night ? '#060a14' : '#a9c6e0')
      sky.addColorStop(1, night ? '#141c2c' : '#e7eef3')
      c.fillStyle = sky
      c.fillRect(0, 0, 1280, 380)
      c.fillStyle = night ? '#0e1611' : '#5f7f57'
      for (let x = -40; x < 1320; x += 90) {
        c.beginPath()
        c.arc(x, 330 - (x % 4) * 12, 80, 0, 7)
        c.fill()
      }
      c.fillStyle = night ? '#1d2028' : '#70757c'
      c.fillRect(0, 360, 1280, 360)
      c.fillStyle = night ? '#62656b' : '#e9e9e4'
      for (const x of [210, 1010]) {
        c.beginPath()
        c.moveTo(x + (x < 640 ? 190 : -110), 360)
        c.lineTo(x + (x < 640 ? 205 : -95), 360)
        c.lineTo(x + (x < 640 ? -60 : 190), 720)
        c.lineTo(x + (x < 640 ? -110 : 140), 720)
        c.fill()
      }
      c.fillStyle = body
      c.beginPath()
      c.roundRect(370, 300, 540, 300, 60)
      c.fill()
      c.fillStyle = night ? '#0b0f17' : '#22303f'
      c.beginPath()
      c.moveTo(450, 400); c.lineTo(500, 250); c.lineTo(780, 250); c.lineTo(830, 400)
      c.fill()
      c.fillStyle = body
      c.fillRect(496, 238, 288, 18)
      c.fillStyle = '#14171c'
      c.beginPath(); c.roundRect(480, 470, 320, 56, 18); c.fill()
      for (const x of [400, 800]) {
        c.fillStyle = night ? '#fffbe0' : '#f5f3e6'
        if (night) { c.shadowColor = '#fff6c0'; c.shadowBlur = 70 }
        c.beginPath(); c.roundRect(x, 440, 84, 50, 20); c.fill()
        c.shadowBlur = 0
      }
      c.fillStyle = '#0d0f12'
      for (const x of [395, 795]) { c.beginPath(); c.roundRect(x, 580, 95, 60, 14); c.fill() }
      sign(c, 545, 536, 190, 54)
      c.fillStyle = '#fff'
      c.font = '600 26px monospace'
      c.textAlign = 'left'
      c.fillText('2026-11-22 08:30:00', 24, 690)
      const crop = canvas(440, 140)
      const k = crop.getContext('2d')
      k.fillStyle = body
      k.fillRect(0, 0, 440, 140)
      sign(k, 20, 12, 400, 116)
      const text = (what) => what.toDataURL('image/jpeg', 0.85).split(',')[1]
      return { scene: text(scene), crop: text(crop) }
    },
    { plate, paint, ink, body, night }
  )
}
