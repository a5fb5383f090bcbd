/** QR codes, read by the browser where it can: out of a picture, or before its camera. */

interface Detector {
  detect(source: ImageBitmapSource): Promise<Array<{ rawValue: string }>>
}
type DetectorClass = {
  new (options: { formats: string[] }): Detector
  getSupportedFormats(): Promise<string[]>
}

/** Undefined where this browser reads no QR codes. */
export async function codeReader(): Promise<Detector | undefined> {
  const known = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector
  try {
    const formats = (await known?.getSupportedFormats()) ?? []
    return known && formats.includes('qr_code') ? new known({ formats: ['qr_code'] }) : undefined
  } catch {
    return undefined
  }
}

/** All that the codes in a picture say. */
export async function codesIn(reader: Detector, picture: Blob): Promise<string[]> {
  const bitmap = await createImageBitmap(picture)
  try {
    return (await reader.detect(bitmap)).map(({ rawValue }) => rawValue)
  } finally {
    bitmap.close()
  }
}

const LOOK_EVERY_MS = 250

/** Shows the camera in `view` and hands over what its codes say until `take` answers true. Gives back how to stop it. */
export async function watchCamera(
  reader: Detector,
  view: HTMLVideoElement,
  take: (value: string) => boolean,
): Promise<() => void> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false })
  view.srcObject = stream
  view.hidden = false
  let timer: ReturnType<typeof setTimeout>
  const stop = () => {
    clearTimeout(timer)
    for (const track of stream.getTracks()) track.stop()
    view.srcObject = null
    view.hidden = true
  }
  await view.play()
  const look = async () => {
    const found = await reader.detect(view).catch(() => [])
    if (found.some(({ rawValue }) => take(rawValue))) return stop()
    timer = setTimeout(() => void look(), LOOK_EVERY_MS)
  }
  timer = setTimeout(() => void look(), LOOK_EVERY_MS)
  return stop
}
