/** A piece of HTML or SVG that is safe as it stands. Only `element` and `raw` make one, so no text gets in without being escaped. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** The content of an element: text is escaped, markup is inserted as is, undefined is left out. */
export type Content = string | number | Markup | undefined | readonly Content[]

/** Absent and false attributes are left out, `true` stands alone. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>

/** Elements of HTML without an end tag. */
const VOID: ReadonlySet<string> = new Set(['meta', 'br', 'hr', 'wbr'])

/** `element('p', { class: 'note' }, text)` */
export function element(name: string, attributes: Attributes, ...content: readonly Content[]): Markup {
  const start = `<${name}${attributeText(attributes)}>`
  return new Markup(VOID.has(name) ? start : `${start}${contentText(content)}</${name}>`)
}

/** Pieces one behind the other. */
export function fragment(...content: readonly Content[]): Markup {
  return new Markup(contentText(content))
}

/** Text that is HTML already: our own style, script and JSON. Never give it what came from outside. */
export function raw(text: string): Markup {
  return new Markup(text)
}

/** Text in which nothing starts an element, an entity or the end of an attribute. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/gu, character => ENTITIES[character] ?? character)
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function attributeText(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(([name, value]) => {
      if (value === undefined || value === false) return ''
      return value === true ? ` ${name}` : ` ${name}="${escaped(String(value))}"`
    })
    .join('')
}

function contentText(content: Content): string {
  if (content === undefined) return ''
  if (content instanceof Markup) return content.text
  if (typeof content === 'object') return content.map(contentText).join('')
  return escaped(String(content))
}
