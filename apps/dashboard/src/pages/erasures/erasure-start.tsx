/** The start of an erasure: whose data to erase. */
export function ErasureStart() {
  return (
    <form method="get" action="erase" class="filters">
      <div class="field narrow">
        <label for="id">Id of the patient or clinician to erase</label>
        <input
          id="id"
          name="id"
          type="text"
          autocomplete="off"
          spellcheck={false}
          required
          aria-describedby="id-hint"
        />
        <span class="hint" id="id-hint">
          The whole id, exactly. The next page shows what would be destroyed, and erases nothing yet.
        </span>
      </div>
      <p class="buttons">
        <button type="submit">Show what would be erased</button>
      </p>
    </form>
  );
}
