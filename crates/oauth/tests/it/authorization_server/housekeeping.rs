//! What is over goes, without anybody asking for it.

use super::driver::{App, World, authorize_path};

#[tokio::test]
async fn what_is_over_is_purged_in_the_course_of_requests() {
    let world = World::new();
    world.tokens("ada", "read").await;
    for _ in 0..20 {
        world.get(&authorize_path(&App::default().request("read"))).await;
    }
    // Only what is over goes, and not at every request.
    world.wait(500);
    world.tokens("ada", "read").await;
    world.wait(200);
    world.get("/oauth/grants").await;
    world.tokens("ada", "read").await;
    world.wait(3600);
    world.tokens("ada", "read").await;
    let now = oauth::Clock::now(&world.clock);
    assert_eq!(world.store.purge(now).await.unwrap(), 0, "nothing is left to purge");
}
