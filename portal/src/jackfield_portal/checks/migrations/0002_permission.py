from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checks", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="checkrun",
            name="holder",
            field=models.CharField(blank=True, default="", max_length=255),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="steprun",
            name="permission",
            field=models.CharField(blank=True, default="", max_length=300),
            preserve_default=False,
        ),
    ]
