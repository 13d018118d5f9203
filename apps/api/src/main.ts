// The only reader of process.env, and the one file that must run on any Node: nothing is imported before it has looked.
const OLDEST = 22;

if (Number.parseInt(process.versions.node, 10) < OLDEST) {
  process.stderr.write(`Node.js ${OLDEST} or later is needed, and this is ${process.version}.\n`);
  process.exitCode = 1;
} else {
  const { run } = await import('./process/run.js');
  // Whatever is still open (a database that does not answer, say) is not waited for.
  process.exit(await run(process.argv.slice(2), process.env));
}

export {};
