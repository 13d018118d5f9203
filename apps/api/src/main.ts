// The one reader of process.env for settings, and the one file that must run on any Node: it imports nothing before it has checked.
const OLDEST = 22;

if (Number.parseInt(process.versions.node, 10) < OLDEST) {
  process.stderr.write(`Node.js ${OLDEST} or later is needed, and this is ${process.version}.\n`);
  process.exitCode = 1;
} else {
  const { cacheCompiledCode } = await import('./process/compile-cache.js');
  cacheCompiledCode(new URL('cache', import.meta.url));
  const { run } = await import('./process/run.js');
  // Does not wait for anything still open, such as a database that does not answer.
  process.exit(await run(process.argv.slice(2), process.env));
}

export {};
