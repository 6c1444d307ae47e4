// Joins the compiled modules into few files: Node needs about half a millisecond per file that it loads, and a command loads hundreds.
import { readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The package's exports, the command line, and modules that tests of the built package import. */
const ENTRIES = ['index', 'wire', 'vitest', 'cli/start', 'engine/kernel-engine']
const TESTED = ['engine/dgram-engine', 'runs/send/plan', 'runs/send/run', 'runs/send/probe-rows']
/**
 * Modules that are loaded together, with all that they import: each module goes to the first chunk that needs it, so no two chunks import
 * each other. What none of them needs is split by its users.
 */
const CHUNKS = {
  start: /^base\/no-descriptors\.js$/,
  main: /^cli\/main\.js$/,
  options: /^base\/|^options\/|\/options\.js$|^report\/formats\.js$/,
  engine: /^engine\/(dgram|kernel)-engine\.js$/,
  echo: /^runs\/echo\/(plan|run)\.js$/,
  send: /^runs\/send\/(plan|run|probe-rows)\.js$/,
}
/** The URL in a module of the script of a thread or process that it starts. */
const SCRIPT = /new URL\('\.\/([^']+)\.js', import\.meta\.url\)/g

/** Bundles the modules of `dist`, the URL of a folder. Without rolldown's native part, an optional package, they stay separate. */
export async function bundle(dist) {
  const rolldown = await import('rolldown').catch(() => undefined)
  if (rolldown === undefined) {
    console.error('not bundled: rolldown is not installed whole, so commands start more slowly')
    return
  }
  const folder = fileURLToPath(dist)
  const modules = readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .map(name => name.replaceAll('\\', '/'))
    .filter(name => name.endsWith('.js'))
  const fresh = `${folder}bundle/`
  const write = async (names, codeSplitting) => {
    const bundler = await rolldown.rolldown({
      input: Object.fromEntries(names.map(name => [name, `${folder}${name}.js`])),
      platform: 'node',
      external: [/^node:/, /^[@a-z]/],
      treeshake: false,
      plugins: [sameAddress(folder)],
    })
    await bundler.write({
      dir: fresh,
      entryFileNames: '[name].js',
      chunkFileNames: 'chunks/[name].js',
      codeSplitting,
    })
    await bundler.close()
  }
  await write([...ENTRIES, ...TESTED], { groups: chunks(folder) })
  // A thread shares no module with the one that starts it, so its script is one file.
  for (const name of modules.flatMap(module => scriptsOf(folder, module))) await write([name], false)
  for (const name of modules) rmSync(`${folder}${name}`)
  renameSync(`${fresh}chunks`, `${folder}chunks`)
  for (const name of readdirSync(fresh, { recursive: true, encoding: 'utf8' }))
    if (name.endsWith('.js')) renameSync(`${fresh}${name}`, `${folder}${name}`)
  rmSync(fresh, { recursive: true })
}

/** `CHUNKS` as rolldown takes them: of two groups that need a module the one of higher priority gets it. */
function chunks(folder) {
  const names = Object.keys(CHUNKS)
  return names.map((name, place) => ({
    name,
    priority: names.length - place,
    test: id => id.startsWith(folder) && CHUNKS[name].test(id.slice(folder.length)),
  }))
}

function scriptsOf(folder, name) {
  const source = readFileSync(`${folder}${name}`, 'utf8')
  return [...source.matchAll(SCRIPT)].map(([, script]) => name.replace(/[^/]*$/, script))
}

/** Keeps `import.meta.url` the address of the original module, also in a chunk. */
function sameAddress(folder) {
  return {
    name: 'same-address',
    transform(code, id) {
      const own = `new URL('@dist/${id.slice(folder.length)}', import.meta.url).href`
      return code.includes('import.meta.url') ? code.replaceAll('import.meta.url', own) : undefined
    },
    renderChunk(code, { fileName }) {
      const root = '../'.repeat(fileName.split('/').length - 1) || './'
      return code.replaceAll('@dist/', root)
    },
  }
}
