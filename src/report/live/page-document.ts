import { element, type Markup, raw } from '../html/markup.ts'

/** A page of an HTTP server, which has its title, its style and its body. */
export function pageDocument(title: string, style: string, body: Markup): string {
  const page = element(
    'html',
    { lang: 'en' },
    element(
      'head',
      {},
      element('meta', { charset: 'utf-8' }),
      element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      element('meta', { name: 'color-scheme', content: 'light dark' }),
      // Without it a browser asks for /favicon.ico.
      element('link', { rel: 'icon', href: 'data:,' }),
      element('title', {}, title),
      element('style', {}, raw(style)),
    ),
    body,
  )
  return `<!doctype html>\n${page.text}\n`
}
