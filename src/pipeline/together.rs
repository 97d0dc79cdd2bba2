//! Files side by side: while a child reads one, others are judged.

use std::sync::OnceLock;

use rayon::ThreadPool;

/// The largest piece whose release the allocator takes as a hint, less some room for what it notes beside it.
const HINT: usize = (32 << 20) - (64 << 10);

/// Does work on a thread more than there are cores: of the files in hand one is nearly always waited for.
pub fn together<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    static POOL: OnceLock<Option<ThreadPool>> = OnceLock::new();
    let threads = rayon::current_num_threads() + 1;
    let pool = POOL.get_or_init(|| rayon::ThreadPoolBuilder::new().num_threads(threads).build().ok());
    match pool {
        Some(pool) => {
            keep_memory();
            pool.install(work)
        }
        None => work(),
    }
}

/// Has the allocator keep what one file gave back for the next: it would return it to the system, which clears every page
/// before it hands it out again. The GNU C library keeps twice the largest piece that it saw released; nothing is written
/// to the piece, so it costs no memory. Other allocators see a piece come and go.
///
/// Source: the GNU C Library manual, `M_MMAP_THRESHOLD` and `M_TRIM_THRESHOLD` of mallopt.
fn keep_memory() {
    drop(std::hint::black_box(Vec::<u8>::with_capacity(HINT)));
}
