/** HTML or SVG that is safe to insert. Only `element` and `raw` create it, so text cannot get in unescaped. */
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
const VOID: ReadonlySet<string> = new Set(['meta', 'link', 'br', 'hr', 'wbr', 'input'])

/** `element('p', { class: 'note' }, text)` */
export function element(name: string, attributes: Attributes, ...content: readonly Content[]): Markup {
  const start = `<${name}${attributeText(attributes)}>`
  return new Markup(VOID.has(name) ? start : `${start}${contentText(content)}</${name}>`)
}

/** Content joined without an element around it. */
export function fragment(...content: readonly Content[]): Markup {
  return new Markup(contentText(content))
}

/** Marks text as HTML. Use it only for our own style, script and JSON, never for text from outside. */
export function raw(text: string): Markup {
  return new Markup(text)
}

/** Escapes text, so that it cannot start an element or entity or end an attribute. */
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
