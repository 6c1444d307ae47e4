/** An event of Server-Sent Events. */
export interface SentEvent {
  /** `message` if it has no name. */
  readonly name: string
  readonly data: unknown
}

/** Reads complete events (WHATWG HTML §9.2.6). */
export function readEvents(text: string): SentEvent[] {
  return text
    .split('\n\n')
    .slice(0, -1)
    .flatMap(block => {
      const fields = new Map(block.split('\n').map(line => line.split(/: (.*)/su).slice(0, 2) as [string, string]))
      const data = fields.get('data')
      return data === undefined ? [] : [{ name: fields.get('event') ?? 'message', data: JSON.parse(data) as unknown }]
    })
}
