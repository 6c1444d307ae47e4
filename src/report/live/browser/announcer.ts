import { targetKey } from '../../../verdict/monitor/target-key.ts'
import type { LiveFrame } from '../live-row.ts'
import { byId } from './element.ts'
import { moduleText } from './figure-words.ts'

/** Announces outages to screen readers: their beginning and end at each target, and those of the connection to the server. */
export class Announcer {
  readonly #region = byId('announcements')
  readonly #seen = new Map<string, number>()
  #hasFrame = false

  show({ isWhole, rows }: LiveFrame): void {
    if (isWhole) this.#forget(new Set(rows.map(targetKey)))
    const texts = rows.flatMap(row => {
      const { lastEvent } = row
      if (lastEvent === undefined) return []
      const key = targetKey(row)
      const isNew = this.#hasFrame && lastEvent.at > (this.#seen.get(key) ?? 0)
      this.#seen.set(key, lastEvent.at)
      const isOutage = lastEvent.kind === 'outageBegan' || lastEvent.kind === 'outageEnded'
      return isNew && isOutage
        ? [`${[row.target, moduleText(row)].join(' ').trim()}: ${outageWords(lastEvent.kind)}, ${lastEvent.text}`]
        : []
    })
    this.#hasFrame = true
    if (texts.length > 0) this.say(texts.slice(0, 3).join('. '))
  }

  #forget(present: ReadonlySet<string>): void {
    for (const key of this.#seen.keys()) if (!present.has(key)) this.#seen.delete(key)
  }

  say(text: string): void {
    this.#region.textContent = text
  }
}

function outageWords(kind: string): string {
  return kind === 'outageBegan' ? 'outage' : 'outage over'
}
