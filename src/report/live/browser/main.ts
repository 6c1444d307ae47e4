// The script of the live page, below uPlot.
import { targetKey } from '../../../verdict/monitor/target-key.ts'
import { offerTheme } from '../../html/browser/theme.ts'
import { spanText } from '../../text/span.ts'
import type { LiveFrame } from '../live-row.ts'
import { Announcer } from './announcer.ts'
import { DetailPanel } from './detail-panel.ts'
import { DetailSource } from './detail-source.ts'
import { byId, setText } from './element.ts'
import { followEvents } from './feed.ts'
import { clockText } from './figure-words.ts'
import { TargetList } from './target-list.ts'

const root = document.documentElement
const product = byId('product').textContent ?? ''
const list = new TargetList(key => (location.hash = `#${encodeURIComponent(key)}`))
const panel = new DetailPanel()
const announcer = new Announcer()
const source = new DetailSource((detail, history) => panel.show(detail, history))
let lastNow: number | undefined
let isConnected = false
/** The last target that was chosen. */
let lastChosen: string | undefined

/** The target in the address of the page, so that the Back button and a link work. */
function chosen(): string | undefined {
  const text = location.hash.slice(1)
  try {
    return text === '' ? undefined : decodeURIComponent(text)
  } catch {
    return undefined
  }
}

function selectedKey(): string | undefined {
  for (const key of [chosen(), lastChosen]) if (key !== undefined && list.rowOf(key) !== undefined) return key
  const [first] = list.rows
  return first === undefined ? undefined : targetKey(first)
}

/** Returns to the list from a target that was removed. If it comes back, it is selected again. */
function leaveRemoved(): void {
  const key = chosen()
  const gone = byId('gone')
  if (key !== undefined && list.rowOf(key) === undefined) {
    lastChosen = key
    const hadFocus = byId('detail').contains(document.activeElement)
    history.replaceState(null, '', location.pathname + location.search)
    setText(gone, `${nameOf(key)} is not a target any more.`)
    gone.hidden = false
    announcer.say(gone.textContent ?? '')
    showSelection()
    if (hadFocus) list.focus()
  } else if (lastChosen !== undefined && list.rowOf(lastChosen) !== undefined) gone.hidden = true
}

/** The target of a key. */
function nameOf(key: string): string {
  try {
    const [target] = JSON.parse(key) as [string]
    return target
  } catch {
    return key
  }
}

function showSelection(): void {
  lastChosen = chosen() ?? lastChosen
  const key = selectedKey()
  list.select(key)
  root.classList.toggle('is-chosen', chosen() !== undefined)
  root.classList.toggle('is-single', list.rows.length === 1)
  const row = key === undefined ? undefined : list.rowOf(key)
  byId('detail').hidden = row === undefined
  if (row !== undefined) void source.refresh(row)
}

function showFrame(frame: LiveFrame): void {
  const wasConnected = isConnected
  isConnected = true
  if (!wasConnected && lastNow !== undefined) announcer.say('The connection to udptool is back')
  lastNow = frame.now
  root.classList.remove('is-stale')
  byId('stale').hidden = true
  setText(byId('state'), frame.isPaused ? 'paused' : 'live')
  byId('state').className = frame.isPaused ? 'state paused' : 'state up'
  list.show(frame)
  announcer.show(frame)
  showHeadline(frame)
  if (frame.isWhole) leaveRemoved()
  showSelection()
}

function showHeadline({ now, startedAt, engine, isPaused }: LiveFrame): void {
  const { rows } = list
  const losing = rows.filter(({ minute }) => minute.lost > 0).length
  const idle = rows.filter(row => row.idle !== undefined).length
  const parts = [
    losing === 0 ? 'no loss in the last minute' : `${losing} with loss in the last minute`,
    ...(idle === 0 ? [] : [`${idle} without probes`]),
  ]
  const targets = rows.length === 1 ? '1 target' : `${rows.length} targets`
  setText(byId('headline'), `${targets}: ${parts.join(', ')}`)
  setText(
    byId('run'),
    `${clockText(now, now)} · since ${clockText(startedAt, now)} (${spanText(now - startedAt)}) · engine ${engine}${isPaused ? ' · paused: nothing is sent' : ''}`,
  )
  document.title = `${losing === 0 ? '' : `(${losing}) `}${rows.length === 1 ? (rows[0]?.target ?? '') : targets} · ${product}`
}

/** Called at once and again until the connection is back. */
function showLost(): void {
  const wasConnected = isConnected
  isConnected = false
  root.classList.add('is-stale')
  byId('stale').hidden = false
  setText(byId('state'), 'no connection')
  byId('state').className = 'state gone'
  const since =
    lastNow === undefined
      ? 'No data yet.'
      : `Everything below is as of ${clockText(lastNow, Date.now())} and may be wrong now.`
  setText(byId('stale'), `No connection to udptool. ${since} Connecting again …`)
  if (!wasConnected || document.hidden) return
  announcer.say('The connection to udptool is lost')
  document.title = `(no connection) ${product}`
}

addEventListener('hashchange', () => {
  byId('gone').hidden = true
  showSelection()
  if (chosen() === undefined) list.focus()
  else if (getComputedStyle(byId('back')).display !== 'none') byId('name').focus()
})
byId('back').addEventListener('click', () => (location.hash = ''))
addEventListener('keydown', event => {
  if (event.key === 'Escape' && chosen() !== undefined) location.hash = ''
})
offerTheme()
followEvents({ frame: showFrame, lost: showLost })
